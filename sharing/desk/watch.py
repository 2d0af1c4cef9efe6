"""What the watch desk shows an officer at a glance. Counts are only of what he may see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.parties.models import Party
from sharing.records import disputes, lifecycle
from sharing.records import queries as records
from sharing.records.models import Decision, Record, Version
from sharing.records.writing.drafts import own_drafts

from .models import InboxItem
from .queries import is_open
from .queries import unacknowledged as not_acknowledged

PRESSING = ("urgent", "high")
AHEAD = timedelta(days=30)
BEHIND = timedelta(days=14)
MOST = 8
LAST = 4
#: Among so many of the newest releases each Party's last ones mostly are.
NEWEST = 40


def unacknowledged(identity: Identity) -> Any:
    """Pressing records of other Parties that the own Party has not acknowledged; urgent first,
    then the one that waits longest."""
    first = Case(When(priority="urgent", then=Value(0)), default=1, output_field=IntegerField())
    return (
        InboxItem.objects.visible_to(identity)
        .filter(is_open(), not_acknowledged(), priority__in=PRESSING)
        .exclude(originator=identity.party)
        .select_related("record")
        .order_by(first, "arrived_at")
    )


@dataclass(frozen=True, slots=True)
class Due:
    """A date of a record that comes, or has just passed."""

    day: date
    label: Any
    record: Record

    @property
    def days(self) -> int:
        return (self.day - clock.today()).days

    @property
    def tone(self) -> str:
        if self.days < 0:
            return "red"
        return "amber" if self.days <= 7 else ""


#: column: (what it is called, whether only the own Party's records count)
CLOCKS = {
    "comment_until": (_("Comments end"), False),
    "effective_on": (_("Takes effect"), False),
    "review_on": (_("Review"), True),
    "expires_on": (_("Expires"), True),
}


def due(identity: Identity) -> list[Due]:
    """Dates from two weeks ago to a month ahead, the earliest first."""
    span = (clock.today() - BEHIND, clock.today() + AHEAD)
    wanted = Q()
    for column, (_label, own) in CLOCKS.items():
        part = Q(**{f"{column}__range": span})
        wanted |= part & Q(originator_id=identity.party) if own else part
    found = (
        records.visible(identity)
        .select_related(None)
        .filter(wanted, state__in=(lifecycle.RELEASED, lifecycle.AMENDED), about=None)
    )
    rows = [row for record in found[:200] for row in _dates(record, identity, span)]
    rows += [
        Due(disputes.due_on(one), _("Dispute to decide"), one)
        for one in disputes.to_decide(identity).select_related("current")[:MOST]
    ]
    return sorted(rows, key=lambda row: row.day)


def _dates(record: Record, identity: Identity, span: tuple[date, date]) -> list[Due]:
    found = []
    over = record.expires_on is not None and record.expires_on < clock.today()
    for column, (label, own) in CLOCKS.items():
        day = getattr(record, column)
        ours = record.originator_id == identity.party
        if column == "review_on" and over:
            continue  # What has expired is not reviewed any more: it stands here once.
        if day and span[0] <= day <= span[1] and (ours or not own):
            found.append(Due(day, label, record))
    return found


def own_work(identity: Identity) -> list[Record]:
    """Records whose open draft or amendment this officer has written in, latest first."""
    return own_drafts(identity, (Version.DRAFT, Version.IN_REVIEW), MOST)


def approvals(identity: Identity) -> list[Decision]:
    """What waits for a second officer, and this officer may decide; the oldest first."""
    waiting = records.decidable(identity).select_related("record__current", "version")
    return list(waiting.order_by("proposed_at")[:MOST])


@dataclass(frozen=True, slots=True)
class PartyLine:
    """One Party in the strip: how many it released in thirty days, and the last ones."""

    party: Party
    count: int
    last: list[Record]


def strip(identity: Identity) -> list[PartyLine]:
    """Each Party's latest releases among those the officer sees; the own Party first."""
    seen = records.visible(identity).select_related(None)
    seen = seen.filter(about=None, state__in=lifecycle.IN_FORCE)
    month = seen.filter(released_at__gte=clock.now() - AHEAD)
    counts = dict(month.order_by().values_list("originator").annotate(Count("pk")))
    parties = sorted(Party.objects.all(), key=lambda p: (p.code != identity.party, p.code))
    last = _last(seen.order_by("-released_at"), [party.code for party in parties])
    return [PartyLine(p, counts.get(p.code, 0), last[p.code]) for p in parties]


def _last(seen: Any, parties: list[str]) -> dict[str, list[Record]]:
    """Mostly the newest few releases hold some of every Party; only who is not among them often
    enough is asked for apart."""
    last: dict[str, list[Record]] = defaultdict(list)
    newest = list(seen[:NEWEST])
    for record in newest:
        last[record.originator_id].append(record)
    for party in parties:
        if len(last[party]) < LAST and len(newest) == NEWEST:
            last[party] = list(seen.filter(originator=party)[:LAST])
    return {party: found[:LAST] for party, found in last.items()}
