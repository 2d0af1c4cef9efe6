"""Where the drawn searches stand: in the navigation, on the first page, behind notifications."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cordillera.access.identity import AUDITOR, Identity
from cordillera.web import navigation
from sharing.desk import reading

from .. import panels
from . import queries


def register() -> None:
    """Called once, when the application is ready."""
    navigation.register(
        navigation.Item(
            "searches",
            gettext_lazy("Searches to review"),
            "searches",
            "scan-search",
            "review.read",
            count=queries.waiting,
            order=30,
        )
    )
    panels.register(
        panels.Panel(
            "searches",
            gettext_lazy("Searches to review"),
            "scan-search",
            "searches",
            "review.read",
            summary,
            order=10,
        )
    )
    reading.ADDRESSES["search_review"] = lambda row: f"{reverse('searches')}?show=overdue"
    # Administrators read no searches: they are led to who is behind, and may name another auditor.
    reading.ADDRESSES["search_late"] = lambda row: f"{reverse('administration')}?role={AUDITOR}"


def summary(identity: Identity) -> panels.Summary:
    found = queries.counts(identity)
    number, overdue = found["open"], found["overdue"]
    if not number:
        return panels.Summary(_("Every search that was drawn is reviewed."), 0)
    words = ngettext("One search waits.", "%(n)s searches wait.", number) % {"n": number}
    if overdue:
        late = ngettext("One is overdue.", "%(n)s are overdue.", overdue) % {"n": overdue}
        words = f"{words} {late}"
    lines = tuple(
        panels.Line(
            one.officer_name,
            one.at,
            reverse("search-review", args=[one.pk]),
            one.get_drawn_display(),
            "red" if one.is_overdue else "amber",
        )
        for one in queries.shown(identity, "open")[: panels.MOST_LINES]
    )
    return panels.Summary(words, number, "red" if overdue else "amber", lines)
