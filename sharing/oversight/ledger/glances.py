"""The ledger at a glance: on the auditors' first page, and beside a record's history."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cordillera.access.decide import permits
from cordillera.access.identity import Identity
from cordillera.web import navigation
from sharing.records.models import Record
from sharing.records.reading import beyond

from .. import panels
from ..models import Disclosure
from . import queries, words


def register() -> None:
    """Called once, when the application is ready."""
    beyond.register(of_record)
    panels.register(
        panels.Panel(
            "ledger",
            gettext_lazy("Disclosure ledger"),
            "notebook-text",
            "ledger",
            "ledger.read",
            summary,
            order=30,
        )
    )
    navigation.register(
        navigation.Item(
            "ledger",
            gettext_lazy("Disclosure ledger"),
            "ledger",
            "notebook-text",
            "ledger.read",
            order=72,
        )
    )


def summary(identity: Identity) -> panels.Summary:
    """What passed in seven days, and the last refusals."""
    week = queries.lately(identity)
    given = ngettext("%(n)s record given", "%(n)s records given", week["given"])
    received = ngettext("%(n)s received", "%(n)s received", week["received"])
    text = _("In seven days: %(given)s, %(received)s.") % {
        "given": given % {"n": week["given"]},
        "received": received % {"n": week["received"]},
    }
    lines = tuple(
        panels.Line(
            line.reference or words.kind(line.kind),
            moment=line.at,
            chip=words.event(line),
            tone="red",
            code=bool(line.reference),
        )
        for line in week["refused"]
    )
    return panels.Summary(text, lines=lines)


def of_record(identity: Identity, record: Record) -> beyond.Section | None:
    """To whom the record went, when and for what, for who may read both."""
    if not permits(identity, "ledger.read"):
        return None
    try:
        lines = queries.of_record(identity, "", record.pk)
    except Http404:
        return None
    rows: list[dict[str, Any]] = [
        {"one": one, "purpose": words.purpose(one.purpose), "articles": words.articles(one.basis)}
        for one in queries.between(lines)
    ]
    given = lines[0].direction == Disclosure.GIVEN
    shows = {"rows": rows, "given": given, "reference": record.reference}
    return beyond.Section("oversight/ledger/section.html", shows)
