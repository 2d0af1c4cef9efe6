"""Where retention stands: in the navigation, on the first page, behind its notifications."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.web import navigation
from sharing.desk import reading
from sharing.records import kinds

from .. import panels
from . import hearing, queries


def register() -> None:
    hearing.listen()
    navigation.register(
        navigation.Item(
            "retention",
            gettext_lazy("Falling due"),
            "retention",
            "calendar-clock",
            "retention.read",
            count=queries.waiting,
            order=60,
        )
    )
    panels.register(
        panels.Panel(
            "retention",
            gettext_lazy("Retention"),
            "calendar-clock",
            "retention",
            "retention.read",
            summary,
            order=50,
        )
    )
    reading.ADDRESSES["deletion_due"] = lambda row: reverse("retention-locked")
    reading.ADDRESSES["hold_due"] = lambda row: reverse("retention-held")


def summary(identity: Identity) -> panels.Summary:
    """What is deleted within the month unless somebody holds it back, and holds to look at."""
    soon = list(queries.soon(identity)[: panels.MOST_LINES])
    due = queries.holds(identity).filter(review_on__lte=clock.today()).count()
    number = queries.soon(identity).count() + due
    if not number:
        words = _("Nothing is deleted within a month, and nothing held back waits for a look.")
        return panels.Summary(words, 0)
    parts = []
    if soon:
        words = ngettext(
            "One locked record is deleted within a month.",
            "%(number)d locked records are deleted within a month.",
            number - due,
        )
        parts.append(words % {"number": number - due})
    if due:
        words = ngettext(
            "One record that is held back is to be looked at again.",
            "%(number)d records that are held back are to be looked at again.",
            due,
        )
        parts.append(words % {"number": due})
    lines = tuple(
        panels.Line(
            one.reference,
            one.locked_at,
            reverse("retention-hold", args=[one.pk]),
            kinds.get(one.kind).label,
            code=True,
        )
        for one in soon
    )
    return panels.Summary(" ".join(parts), number, "amber", lines)
