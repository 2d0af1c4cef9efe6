"""Read one Party's events: each at once, none skipped, hardly any twice.

Serial ids become visible out of order: a transaction that took a lower id may commit later. So a
cursor counts by (xid, id) and stands before the oldest transaction that still runs: nothing can
appear behind it any more. Events beyond it are told as soon as they are visible, and remembered so
that they are told once; a client that comes back with its cursor may hear one again, which costs a
refresh. Waiting for the oldest transaction instead would let a single one that hangs, anywhere on
the database server, silence every page.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as

from .cursor import Cursor
from .models import Event

#: More events than this behind one cursor are not told one by one: "look again" says it all.
MOST = 2000
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


#: In place of events: anything may have changed.
LOOK_AGAIN = Told(Cursor(0, 0), "*", "", None)


class Follower:
    """Goes forward through one Party's events, from now on."""

    def __init__(self, party: str) -> None:
        self.party = party
        self._told: set[Cursor] = set()
        with acting_as(Identity.of_node(party)):
            self.position = Cursor(_settled(), 0)
            self._told = {event.cursor for event in _rows(party, self.position, MOST)}

    def next(self) -> list[Told]:
        """What became visible since the last call."""
        with acting_as(Identity.of_node(self.party)):
            # The settled mark first: what it covers is visible to the later statement for certain.
            settled = Cursor(_settled(), 0)
            rows = _rows(self.party, min(self.position, settled), MOST)
        new = [event for event in rows if event.cursor not in self._told]
        self.position = settled
        self._told = {event.cursor for event in rows if event.cursor > settled}
        return [LOOK_AGAIN] if len(rows) == MOST else new


def missed(party: str, after: Cursor) -> list[Told]:
    """What a client that stood at `after` has to hear now. That everything may have changed, if it
    is too much, or if `after` lies ahead (the database was restored from a backup)."""
    with acting_as(Identity.of_node(party)):
        if after > Cursor(_settled(), 0):
            return [LOOK_AGAIN]
        rows = _rows(party, after, MOST)
    return [LOOK_AGAIN] if len(rows) == MOST else rows


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
