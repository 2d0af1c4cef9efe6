"""For the originator: what went to each other Party, how far it came, and who opened it there.

A recipient on the same node has what its outbox row says; what travels to another node is told by
the area that carries it (`register`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cordillera.access.identity import Identity

from ..models import OutboxRow, Readership, Record

MOST = 200
QUEUED, SENT, APPLIED, WAITING, REFUSED = "queued", "sent", "applied", "waiting", "refused"
HELD = "held"
NOT_BROUGHT = _("what it answers did not come to this Party")
WORDS: dict[str, str | Promise] = {
    OutboxRow.RELEASED: _("Released"),
    OutboxRow.AMENDED: _("Amended"),
    OutboxRow.EXPIRED: _("Expired"),
    OutboxRow.RECALLED: _("Recalled"),
}
STATES: dict[str, tuple[Any, str, str]] = {
    QUEUED: (pgettext_lazy("delivery", "queued"), "amber", "hourglass"),
    SENT: (pgettext_lazy("delivery", "under way"), "amber", "send"),
    APPLIED: (pgettext_lazy("delivery", "delivered"), "green", "check"),
    WAITING: (pgettext_lazy("delivery", "kept back there"), "amber", "hourglass"),
    REFUSED: (pgettext_lazy("delivery", "refused"), "red", "octagon-x"),
    HELD: (pgettext_lazy("delivery", "held by the ceiling"), "amber", "hourglass"),
    "read": (pgettext_lazy("delivery", "read"), "green", "check-check"),
    "purging": (pgettext_lazy("delivery", "not yet purged"), "amber", "hourglass"),
    "purged": (pgettext_lazy("delivery", "purged"), "green", "eraser"),
    "withdrawn": (pgettext_lazy("delivery", "withdrawn"), "green", "check"),
}


@dataclass(slots=True)
class Delivery:
    """One decision's way to one Party. `receipt`: whether its signature verified; None: none came."""

    recipient: str
    verb: str
    number: int | None
    state: str
    decided_at: datetime
    sent_at: datetime | None = None
    arrived_at: datetime | None = None
    read_at: datetime | None = None
    purged_at: datetime | None = None
    purged: dict[str, int] = field(default_factory=dict)
    reason: str | Promise = ""
    receipt: bool | None = None
    is_remote: bool = False

    @property
    def words(self) -> str | Promise:
        return WORDS[self.verb]

    @property
    def shown(self) -> tuple[Any, str, str]:
        """(label, tone, icon) of how far it came."""
        return STATES[self._reached()]

    @property
    def reached_at(self) -> datetime | None:
        """When it came as far as it came."""
        return self.purged_at or self.read_at or self.arrived_at

    @property
    def is_pending(self) -> bool:
        """It is not where it should be, so that its age is shown."""
        return self._reached() in (QUEUED, SENT, WAITING, "purging")

    def _reached(self) -> str:
        if self.state != APPLIED:
            return self.state
        if self.verb == OutboxRow.RECALLED:
            if not self.is_remote:
                return "withdrawn"
            return "purged" if self.purged_at else "purging"
        return "read" if self.read_at else APPLIED


Source = Callable[[Identity, Record], list[Delivery]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """`source` tells of the deliveries to Parties that are not hosted here."""
    if source not in _sources:
        _sources.append(source)


def deliveries(identity: Identity, record: Record) -> list[Delivery]:
    """The latest first; nothing for who is not of the originator."""
    if record.originator_id != identity.party:
        return []
    found = [*_here(record)]
    for source in _sources:
        found += source(identity, record)
    opened = {row.party: row for row in readership(identity, record)}
    for one in found:
        row = opened.get(one.recipient)
        if row and one.read_at is None and one.number == row.number:
            one.read_at = _opened_at(one, row)
    return sorted(found, key=lambda one: one.decided_at, reverse=True)[:MOST]


def _opened_at(one: Delivery, row: Readership) -> datetime | None:
    """A withdrawal is not opened; and what was opened before this decision is not this version."""
    if one.verb == OutboxRow.RECALLED:
        return None
    return next((at for at in (row.first_at, row.last_at) if at >= one.decided_at), None)


def _here(record: Record) -> Iterable[Delivery]:
    rows = OutboxRow.objects.filter(
        record_id=record.pk,
        sender=record.originator_id,
        recipient__in=settings.HOSTED_PARTIES,
    ).order_by("-id")[:MOST]
    numbers = dict(record.versions.values_list("id", "number"))
    for row in rows:
        yield Delivery(
            recipient=row.recipient,
            verb=row.verb,
            number=numbers.get(row.version_id) if row.version_id else None,
            state=_state(row),
            decided_at=row.created_at,
            arrived_at=row.arrived_at,
            reason=NOT_BROUGHT if _state(row) == REFUSED else "",
        )


def _state(row: OutboxRow) -> str:
    if row.arrived_at:
        return APPLIED
    return REFUSED if row.ended_at else QUEUED


def latest(found: Iterable[Delivery]) -> list[Delivery]:
    """The last one to each Party, by Party."""
    last: dict[str, Delivery] = {}
    for one in found:
        last.setdefault(one.recipient, one)
    return [last[code] for code in sorted(last)]


def readership(identity: Identity, record: Record) -> list[Readership]:
    """How often and by how many officers of each other Party it was opened."""
    if record.originator_id != identity.party:
        return []
    return list(Readership.objects.filter(record=record).order_by("party"))
