"""Tell remote originators what became of their records here: read, purged, applied late, refused.

A report waits as a row until the channel back to the originator gives it its number; readings that
wait already are brought up to date instead of told twice. Originators hosted here read the tallies
themselves. What is told of readings are counts; who, only where the Party chooses to (naming.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Min, Sum
from django.dispatch import Signal

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.doorbell import ring
from sharing.records.models import Readership, Reading, Record

from . import naming
from .models import Report

#: How many new readings one transaction takes.
BATCH = 500
#: Record, number of its version, event, and the other fields of a report's entry.
Told = tuple[UUID, int, str, dict[str, Any]]
#: Sent with `readership`, the tallies that were just counted or told, in their transaction.
counted = Signal()


def tell(party: str, originator: str, entries: Sequence[Told], at: datetime) -> None:
    """Queue these for a remote originator; the channel back to him is rung after the commit."""
    if not entries or originator in settings.HOSTED_PARTIES:
        return
    Report.objects.bulk_create(
        Report(
            party=party,
            originator=originator,
            record_id=record,
            number=number,
            event=event,
            detail=detail,
            at=at,
        )
        for record, number, event, detail in entries
    )
    ring("exchange.drain", party, originator)


def tally(party: str) -> int:
    """Count the new readings of the Party's officers and tell the originators; how many."""
    done = 0
    while True:
        with acting_as(Identity.of_node(party)):
            fresh = Reading.objects.filter(party=party, tallied_at=None).order_by("id")
            rows = list(fresh.select_for_update(skip_locked=True)[:BATCH])
            if rows:
                _count(party, {row.record_id for row in rows})
                taken = Reading.objects.filter(pk__in=[row.pk for row in rows])
                taken.update(tallied_at=clock.now())
        done += len(rows)
        if len(rows) < BATCH:
            return done


def _count(party: str, records: set[UUID]) -> None:
    counted = (
        Reading.objects.filter(party=party, record__in=records)
        .values("record_id")
        .annotate(
            newest=Max("number"),
            opened=Sum("times"),
            by=Count("officer"),
            since=Min("first_at"),
            until=Max("last_at"),
        )
    )
    made = [
        Readership(
            record_id=row["record_id"],
            party=party,
            number=row["newest"],
            times=row["opened"],
            officers=row["by"],
            first_at=row["since"],
            last_at=row["until"],
        )
        for row in counted
    ]
    keep(made)
    held = Record.objects.in_bulk(list(records))
    named = naming.readers(party, held.values())
    here = settings.HOSTED_PARTIES
    naming.keep(party, {pk: who for pk, who in named.items() if held[pk].originator_id in here})
    _tell_remote(party, [one for one in made if one.record_id in held], held, named)


def keep(readership: Iterable[Readership]) -> None:
    """Write these tallies over the ones that were kept before."""
    rows = list(readership)
    Readership.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["record", "party"],
        update_fields=["number", "times", "officers", "first_at", "last_at"],
    )
    if rows:
        counted.send(Readership, readership=rows)


def _tell_remote(
    party: str,
    made: Sequence[Readership],
    records: dict[UUID, Record],
    named: dict[UUID, list[naming.Reader]],
) -> None:
    by_originator: dict[str, list[Told]] = defaultdict(list)
    for one in made:
        pk, told = one.record_id, by_originator[records[one.record_id].originator_id]
        counts = {"opened": one.times, "officers": one.officers}
        told.append((pk, one.number, Report.READ, counts))
        if pk in named:
            told.append((pk, one.number, Report.NAMED, {"readers": named[pk]}))
    for originator, entries in by_originator.items():
        waiting = Report.objects.filter(
            party=party, originator=originator, event__in=(Report.READ, Report.NAMED), item=None
        )
        waiting.filter(record_id__in=[entry[0] for entry in entries]).delete()
        tell(party, originator, entries, at=clock.now())
