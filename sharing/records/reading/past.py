"""What has happened to a record, cut to the viewer.

The originator sees his own decisions and what became of each delivery. A recipient sees when
versions came to his Party, the answers that he may read, and what his own officers did: nothing
tells him with whom else the record was shared beyond what his version says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Entry
from cordillera.access.identity import Identity
from cordillera.parties.models import Officer

from .. import kinds, queries
from ..models import Decision, OutboxRow, Record, Version
from .renewal import renewed

READ = ("record:read", "record:print", "record:download")
MOST = 200

PROPOSED = {
    Decision.RELEASE: gettext_lazy("Release proposed"),
    Decision.AMEND: gettext_lazy("Amendment proposed"),
    Decision.RECALL: gettext_lazy("Recall proposed"),
}
DECIDED = {
    (Decision.RELEASE, "approved"): (gettext_lazy("Approved and released"), "green"),
    (Decision.AMEND, "approved"): (gettext_lazy("Amendment approved and released"), "green"),
    (Decision.RECALL, "approved"): (gettext_lazy("Recall approved"), "red"),
    (Decision.RELEASE, "returned"): (gettext_lazy("Returned to its authors"), "amber"),
    (Decision.AMEND, "returned"): (gettext_lazy("Amendment returned to its authors"), "amber"),
    (Decision.RECALL, "returned"): (gettext_lazy("Recall refused"), "amber"),
}
RENEWAL = gettext_lazy("Renewal proposed")
RENEWED = {
    "approved": (gettext_lazy("Renewal approved and released"), "green"),
    "returned": (gettext_lazy("Renewal returned to its authors"), "amber"),
}
WITHDRAWN = (gettext_lazy("Proposal withdrawn"), "quiet")
STEPS = {
    "record:discard": (gettext_lazy("Amendment discarded"), "quiet"),
    "record:delete": (gettext_lazy("Deleted"), "red"),
}
ENDS = {
    "record:expire": (gettext_lazy("Expired"), "amber"),
    "record:lock": (gettext_lazy("Locked"), "red"),
}
ARRIVED = {
    OutboxRow.RELEASED: gettext_lazy("Came to your Party"),
    OutboxRow.AMENDED: gettext_lazy("A new version came to your Party"),
    OutboxRow.EXPIRED: gettext_lazy("Expired"),
    OutboxRow.RECALLED: gettext_lazy("Recalled from your Party"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line: `who` is a name of the viewer's own Party, or a Party's code."""

    at: datetime
    words: str | Promise
    tone: str = ""
    who: str = ""
    party: str = ""
    remark: str = ""
    version: int | None = None
    about: Record | None = None
    #: Of what happened at the same moment, what comes after has the higher rank.
    rank: int = 0


def events(identity: Identity, record: Record, versions: list[Version]) -> list[Event]:
    """Everything, newest first."""
    ours = record.originator_id == identity.party
    found = [*_answers(identity, record)]
    if ours:
        every = list(record.versions.order_by("number"))
        dates_alone = renewed(every)
        found += [*_beginnings(every, dates_alone), *_decisions(record, every, dates_alone)]
        found += _steps(identity, record)
    else:
        found += [*_releases(record, versions), *_arrivals(identity, record)]
    if kinds.get(record.kind).is_answer and ours:
        found += _releases(record, versions)
    return sorted(found, key=lambda event: (event.at, event.rank), reverse=True)


def _decisions(record: Record, versions: list[Version], dates_alone: set[UUID]) -> Iterator[Event]:
    numbers = {version.pk: version.number for version in versions}
    for one in record.decisions.all():
        renewal = one.verb == Decision.AMEND and one.version_id in dates_alone
        number = numbers.get(one.version_id)
        yield Event(
            one.proposed_at,
            RENEWAL if renewal else PROPOSED[one.verb],
            "",
            one.proposed_by_name,
            remark=one.reason,
            version=number,
            rank=1,
        )
        if one.decided_at:
            words, tone = _decided(one, renewal)
            yield Event(
                one.decided_at,
                words,
                tone,
                one.decided_by_name,
                remark=one.note,
                version=number,
                rank=2,
            )


def _decided(one: Decision, renewal: bool) -> tuple[str | Promise, str]:
    known = RENEWED.get(one.outcome) if renewal else DECIDED.get((one.verb, one.outcome))
    return known or WITHDRAWN


def _beginnings(versions: list[Version], dates_alone: set[UUID]) -> Iterator[Event]:
    """Who began the draft and each amendment; a renewal begins when it is proposed."""
    first = {version.pk: version.authors[0] for version in versions if version.authors}
    names = dict(Officer.objects.filter(pk__in=first.values()).values_list("pk", "name"))
    for version in versions:
        if version.pk in dates_alone:
            continue
        words = _("Draft begun") if version.number == 1 else _("Amendment begun")
        who = names.get(first[version.pk], "") if version.pk in first else ""
        yield Event(version.created_at, words, "quiet", who, version=version.number)


def _steps(identity: Identity, record: Record) -> Iterator[Event]:
    known = STEPS | ENDS
    for entry in _entries(identity, record).filter(tag__in=known).order_by("-at")[:MOST]:
        words, tone = known[entry.tag]
        number = entry.detail.get("version")
        yield Event(entry.at, words, tone, _who(entry), version=number)


def _who(entry: Entry) -> str:
    return str(entry.actor_name) if entry.actor else _("the node")


def _entries(identity: Identity, record: Record) -> Any:
    return Entry.objects.filter(party=identity.party, about=str(record.pk))


def _releases(record: Record, versions: list[Version]) -> Iterator[Event]:
    for version in versions:
        if version.released_at:
            yield Event(
                version.released_at,
                _("Released"),
                "green",
                party=record.originator_id,
                version=version.number,
                rank=1,
            )


def _arrivals(identity: Identity, record: Record) -> Iterator[Event]:
    rows = OutboxRow.objects.filter(record_id=record.pk, recipient=identity.party)
    for row in rows.exclude(arrived_at=None):
        assert row.arrived_at is not None  # noqa: S101 - just filtered
        words = ARRIVED[row.verb]
        yield Event(row.arrived_at, words, "quiet", party=identity.party, rank=2)


def _answers(identity: Identity, record: Record) -> Iterator[Event]:
    for answer in queries.answers(identity, record):
        if answer.released_at:
            label, party = kinds.get(answer.kind).label, answer.originator_id
            yield Event(answer.released_at, label, "", party=party, about=answer, rank=3)


def readings(identity: Identity, record: Record) -> list[dict[str, Any]]:
    """How often each officer of the viewer's own Party read it; the last reader first."""
    return list(
        _entries(identity, record)
        .filter(tag__in=READ)
        .exclude(actor="")
        .values("actor_name")
        .annotate(times=Count("id"), first=Min("at"), last=Max("at"))
        .order_by("-last")[:MOST]
    )
