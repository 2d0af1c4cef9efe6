"""Disputes: which records are disputed, and by what each dispute ended.

Nothing is stored for it beside the answers themselves. A record is disputed while a dispute of it is
in force that no decision or withdrawal in force names: so it is the same at the originator and at
every recipient, in whatever order the three arrive, and cannot differ from what they say. On a node
of several Parties one row of a record serves them all, while row-level security shows each of them
its own disputes: that is why the mark is no column of the record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KT

from cordillera import clock
from cordillera.access.identity import Identity

from . import lifecycle, queries
from .models import Record

DISPUTE, RULING, WITHDRAWAL = "dispute", "ruling", "dispute_withdrawal"
#: What ends a dispute, and names it in its field `dispute`.
CLOSING = (RULING, WITHDRAWAL)
UPHELD = ("upheld", "partly")
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Dispute:
    """One dispute with what ended it."""

    record: Record
    closed_by: Record | None

    @property
    def is_open(self) -> bool:
        return self.closed_by is None

    @property
    def outcome(self) -> str:
        """upheld, partly, rejected, withdrawn; empty while it is open."""
        if self.closed_by is None:
            return ""
        if self.closed_by.kind == WITHDRAWAL:
            return WITHDRAWN
        return str(self.closed_by.featured.get("outcome", ""))

    @property
    def due_on(self) -> date:
        return due_on(self.record)

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < clock.today()


def due_on(dispute: Record) -> date:
    """The day by which the originator should have decided it."""
    began = dispute.released_at or dispute.created_at
    found: date = began.date() + timedelta(days=settings.DISPUTE_DAYS)
    return found


def of(records: Iterable[Record | UUID]) -> dict[UUID, list[Dispute]]:
    """The disputes of these records that the session may see, by record, oldest first."""
    wanted = [one.pk if isinstance(one, Record) else one for one in records]
    rows = (
        Record.objects.filter(
            about__in=wanted, kind__in=(DISPUTE, *CLOSING), state__in=lifecycle.IN_FORCE
        )
        .select_related("current", "originator")
        .order_by("released_at", "reference")
    )
    found = list(rows) if wanted else []
    closing: dict[tuple[Any, str], Record] = {}
    for row in found:
        if row.kind in CLOSING:
            closing.setdefault((row.about_id, str(row.featured.get("dispute"))), row)
    by_record: dict[UUID, list[Dispute]] = defaultdict(list)
    for row in found:
        if row.kind == DISPUTE and row.about_id:
            ended = closing.get((row.about_id, row.reference or ""))
            by_record[row.about_id].append(Dispute(row, ended))
    return by_record


def mark(records: Iterable[Record | None]) -> None:
    """Set `is_disputed` of all these in one query: for lists."""
    rows = [record for record in records if record is not None]
    disputed = disputed_among([row.pk for row in rows])
    for row in rows:
        row.__dict__["is_disputed"] = row.pk in disputed


def disputed_among(records: Sequence[UUID]) -> Collection[UUID]:
    """Those of these records that are disputed, as far as the session may see."""
    if not records:
        return ()
    found = still_open(Record.objects.filter(about__in=records))
    return {about for about in found.values_list("about_id", flat=True) if about}


def still_open(rows: Any) -> Any:
    """Of these answers, the disputes in force that nothing has ended."""
    ended = Record.objects.annotate(ends=KT("featured__dispute")).filter(
        about=OuterRef("about"),
        kind__in=CLOSING,
        state__in=lifecycle.IN_FORCE,
        ends=OuterRef("reference"),
    )
    return rows.filter(~Exists(ended), kind=DISPUTE, state__in=lifecycle.IN_FORCE)


def to_decide(identity: Identity) -> Any:
    """Open disputes of the own Party's records that are in force, the oldest first."""
    own = Q(about__originator=identity.party, about__state__in=lifecycle.IN_FORCE)
    found = still_open(queries.visible(identity).filter(own))
    return found.select_related("about", "current", "originator").order_by("released_at")


def one(dispute: Record) -> Dispute:
    """This dispute with what ended it."""
    assert dispute.about_id is not None  # noqa: S101 - a dispute is about a record
    for found in of([dispute.about_id])[dispute.about_id]:
        if found.record.pk == dispute.pk:
            return found
    return Dispute(dispute, None)


def proposed(dispute: Record, party: str) -> Record | None:
    """The own Party's decision on it that is drafted or waits for a second officer."""
    drafts = Record.objects.filter(
        about=dispute.about_id,
        kind=RULING,
        originator=party,
        state__in=lifecycle.BEFORE_RELEASE,
        featured__dispute=dispute.reference,
    )
    return drafts.select_related("pending").first()


def by_reference(about: Record, reference: str) -> Record | None:
    """The dispute in force of `about` that has this reference."""
    found = Record.objects.filter(
        about=about, kind=DISPUTE, reference=reference, state__in=lifecycle.IN_FORCE
    )
    return found.select_related("current").first()


def ended_by(closings: Iterable[Record]) -> dict[UUID, Record]:
    """The dispute in force that each of these decisions and withdrawals names, by its id."""
    named = {one.pk: (one.about_id, str(one.featured.get("dispute"))) for one in closings}
    if not named:
        return {}
    found = Record.objects.filter(
        kind=DISPUTE,
        state__in=lifecycle.IN_FORCE,
        reference__in=[reference for _, reference in named.values()],
    )
    held = {(one.about_id, one.reference): one for one in found.select_related("current")}
    return {pk: held[key] for pk, key in named.items() if key in held}


def rightly_closed(closing: str, by: str, dispute: Record, about: Record) -> bool:
    """Whether Party `by` may end this dispute that way: a decision is the originator's of the
    disputed record, a withdrawal is his who made the dispute."""
    if dispute.kind != DISPUTE or dispute.about_id != about.pk:
        return False
    return by == (about.originator_id if closing == RULING else dispute.originator_id)
