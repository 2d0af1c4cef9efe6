"""Read one Party's events in an order that never skips one.

Serial ids become visible out of order: a transaction that took a lower id may commit later. So
events are read by (xid, id), and only those whose transaction began before every one that still
runs: nothing can appear before them any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as

from .cursor import Cursor
from .models import Event

SETTLED = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
ROWS = f"""
    SELECT id, xid::text::bigint, topic, thing, named FROM {Event._meta.db_table}
    WHERE party = %s AND (xid, id) > (%s::text::xid8, %s) ORDER BY xid, id LIMIT %s
"""  # noqa: S608 - our own table name


@dataclass(frozen=True, slots=True)
class Told:
    """One event as it was read; `named` is None when the whole Party may hear it."""

    cursor: Cursor
    topic: str
    thing: str
    named: frozenset[UUID] | None


@dataclass(frozen=True, slots=True)
class Batch:
    """`events` in order; the reader then stands at `position`. `more`: read again at once.
    `unsettled`: newer events are there already, behind a transaction that still runs."""

    events: list[Told]
    position: Cursor
    more: bool
    unsettled: bool


def head(party: str) -> Cursor:
    """Where a reader begins who wants only what is still to come."""
    with acting_as(Identity.of_node(party)):
        return Cursor(_settled(), 0)


def read(party: str, after: Cursor, limit: int = 500) -> Batch:
    """The next events of `party`, at most `limit`."""
    with acting_as(Identity.of_node(party)):
        # The settled mark first: what it covers is visible to the later statement for certain.
        settled = _settled()
        rows = _rows(party, min(after, Cursor(settled, 0)), limit)
    events = [event for event in rows if event.cursor.xid < settled]
    more = len(events) == limit
    return Batch(
        events,
        position=events[-1].cursor if more else Cursor(settled, 0),
        more=more,
        unsettled=len(rows) > len(events),
    )


def between(party: str, after: Cursor, until: Cursor, limit: int = 500) -> list[Told] | None:
    """What a client missed: the events after `after` up to `until`; None if it is too much to
    replay, or if `after` lies ahead (the database was restored from a backup)."""
    if after > until:
        return None
    with acting_as(Identity.of_node(party)):
        rows = _rows(party, after, limit + 1)
    missed = [event for event in rows if event.cursor <= until]
    return missed if len(missed) <= limit else None


def _settled() -> int:
    with connection.cursor() as cursor:
        cursor.execute(SETTLED)
        return int(cursor.fetchone()[0])


def _rows(party: str, after: Cursor, limit: int) -> list[Told]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [party, str(after.xid), after.id, limit])
        return [
            Told(Cursor(xid, pk), topic, thing, None if named is None else frozenset(named))
            for pk, xid, topic, thing, named in cursor.fetchall()
        ]
