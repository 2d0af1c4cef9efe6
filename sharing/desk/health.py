"""How the feed is: what waits to arrive or to leave, how long arrivals took, who listens live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db.models import Count, Min, Q

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.events import presence
from sharing.records.hearing import heard
from sharing.records.models import OutboxRow

#: Arrivals slower than this are worth a look.
SLOW = timedelta(seconds=10)
SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Feed:
    """For one Party. `lag` is the 95th percentile of the last day's arrivals in seconds; None
    where none was measured. `listening` is None when no live process answers."""

    waiting: int
    oldest: datetime | None
    leaving: int
    last: datetime | None
    lag: float | None
    listening: int | None

    @property
    def is_quiet(self) -> bool:
        """Whether nothing arrived in the last day."""
        return self.last is None or self.last <= _day_ago()

    @property
    def is_stuck(self) -> bool:
        return self.oldest is not None and clock.now() - self.oldest > SLOW


def feed(identity: Identity) -> Feed:
    mine = Q(recipient=identity.party)
    # Not one question: what waits is found by its own small index, what came by another.
    ours = mine | Q(sender=identity.party)
    waiting = _told(identity).filter(ours, arrived_at=None, ended_at=None)
    rows = heard(waiting, identity).aggregate(
        waiting=Count("pk", filter=mine),
        oldest=Min("created_at", filter=mine),
        leaving=Count("pk", filter=~mine),
    )
    came = _came(identity)
    return Feed(
        **rows,
        last=max((arrived for _created, arrived in came), default=None),
        lag=_lag(came),
        listening=presence.streams(identity.party),
    )


def _told(identity: Identity) -> Any:
    """That a TLP:RED record comes or goes is not told to who is not named, even as a number."""
    return OutboxRow.objects.filter(Q(named=None) | Q(named__contains=[identity.account]))


def _came(identity: Identity) -> list[tuple[datetime, datetime]]:
    """When the newest of what arrived was released, and when it arrived."""
    rows = _told(identity).filter(recipient=identity.party, arrived_at__isnull=False)
    pairs = rows.order_by("-xid", "-id").values_list("created_at", "arrived_at")[:SAMPLE]
    return [(created, arrived) for created, arrived in pairs if arrived is not None]


def _lag(came: list[tuple[datetime, datetime]]) -> float | None:
    """In seconds, from the release's transaction to its arrival; at least a tenth, as finely as it is
    shown. What came at one and the same moment was told by a clock that stood, as the demo's does:
    it was not measured."""
    day = _day_ago()
    spans = sorted(
        max((arrived - created).total_seconds(), 0.1)
        for created, arrived in came
        if arrived > day and arrived != created
    )
    return spans[ceil(len(spans) * 0.95) - 1] if spans else None


def _day_ago() -> datetime:
    return clock.now() - timedelta(days=1)
