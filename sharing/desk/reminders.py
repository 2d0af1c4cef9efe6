"""Reminders before the dates that a record itself carries: comments end, a measure takes effect.

Every Party that holds the record reminds its own officers, so many days before as the kind says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.records import disputes, kinds, lifecycle
from sharing.records.models import Record

from . import concerned
from .deadlines import responsible
from .models import InboxItem
from .notifying import Notice, notify

#: The clock's last path part -> the record's column that holds its day.
COLUMNS = {"comment_until": "comment_until", "effective": "effective_on"}
#: So many days before a dispute should be decided, and once after that; the nearest first.
DISPUTE_DAYS = (-1, 1, 7)


def run(party: str) -> int:
    """Notify of what comes due for `party`; each threshold once."""
    with acting_as(Identity.of_node(party)):
        records = _coming(party)
        items = InboxItem.objects.in_bulk_by_record(party, [r.pk for r in records])
        officers = concerned.readers(party)
        notices = [
            notice
            for record in records
            for notice in _due(record, party, items.get(record.pk), officers)
        ]
        return notify(party, [*notices, *_undecided(party)])


def _undecided(party: str) -> Iterator[Notice]:
    """Disputes of the Party's own records that should be decided soon, or should have been."""
    supervisors = concerned.supervisors(party)
    for dispute in disputes.to_decide(Identity.of_node(party)):
        record, day = dispute.about, disputes.due_on(dispute)
        left = (day - clock.today()).days
        threshold = next((days for days in DISPUTE_DAYS if left <= days), None)
        if threshold is None:
            continue
        told = [*responsible(record), *supervisors]
        yield Notice(
            topic="dispute_due",
            key=f"dispute:{dispute.pk}:{threshold}",
            officers=tuple(told if record.tlp != "RED" else _named(told, record)),
            record_id=dispute.pk,
            reference=dispute.reference or "",
            kind=dispute.kind,
            sender=dispute.originator_id,
            due_on=day,
        )


def _named(officers: Iterable[UUID], record: Record) -> list[UUID]:
    return [pk for pk in officers if pk in record.named]


def _coming(party: str) -> list[Record]:
    horizon = clock.today() + timedelta(days=_furthest())
    soon = Q(comment_until__range=(clock.today(), horizon))
    soon |= Q(effective_on__range=(clock.today(), horizon))
    node = Identity.of_node(party)
    seen = Record.objects.visible_to(node).filter(soon, state__in=lifecycle.IN_FORCE)
    return list(seen.filter(about=None).select_related("current"))


def _furthest() -> int:
    return max((d for k in kinds.all() for c in k.clocks for d in c.remind_days), default=0)


def _due(
    record: Record, party: str, item: InboxItem | None, officers: list[concerned.Reader]
) -> Iterator[Notice]:
    for running in kinds.get(record.kind).clocks:
        name = running.path.rpartition(".")[2]
        day = getattr(record, COLUMNS[name]) if name in COLUMNS else None
        threshold = _threshold(day, running.remind_days, _known_since(record, item))
        if day is not None and threshold is not None:
            yield Notice(
                topic=name,
                key=f"clock:{name}:{record.pk}:{day}:{threshold}",
                officers=tuple(_told(record, party, item, officers)),
                record_id=record.pk,
                reference=record.reference or "",
                kind=record.kind,
                sender=record.originator_id,
                due_on=day,
            )


def _known_since(record: Record, item: InboxItem | None) -> date:
    moment = item.arrived_at if item else record.released_at
    return moment.date() if moment else clock.today()


def _threshold(day: date | None, remind_days: tuple[int, ...], known: date) -> int | None:
    """The nearest threshold reached; none that was over already when the record came."""
    if day is None or day < clock.today():
        return None
    left = (day - clock.today()).days
    reached = [days for days in remind_days if left <= days]
    nearest = min(reached, default=None)
    if nearest is None or day - timedelta(days=nearest) < known:
        return None
    return nearest


def _told(
    record: Record, party: str, item: InboxItem | None, officers: list[concerned.Reader]
) -> list[UUID]:
    if record.originator_id == party:
        told = responsible(record)
        return told if record.tlp != "RED" else _named(told, record)
    return concerned.by_arrival(item, officers) if item else []
