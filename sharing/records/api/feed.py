"""What reached the caller's Party, in order, for machines that keep a copy.

The order is that of the outbox: (transaction id, row id), and only rows whose transaction ended
before every running one are given, because serial numbers become visible out of order and a reader
would skip some. Time is never a cursor. A row is given only if the caller may read its record now;
a recall is given to whoever could have read what is recalled, and an answer's to whom it reached.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.access.identity import Identity
from cordillera.api import pagination
from cordillera.api.endpoint import Endpoint, operation
from cordillera.api.pagination import LIMIT
from cordillera.api.parameters import text

from .. import disputes, queries
from ..hearing import heard
from ..models import OutboxRow, Record
from ..reading.noted import note_reading
from . import representation, shapes

TABLE = OutboxRow._meta.db_table
LARGEST = 2**63 - 1


class Feed(Endpoint):
    tag = "feed"

    @operation(
        "record.list",
        "Follow what reaches the Party",
        parameters=(
            text("after", 200, "`next` of the call before. Leave it out to begin at the start."),
            LIMIT,
        ),
        answers={200: ("What came after the cursor.", shapes.FEED)},
    )
    def get(self, request: Request) -> Response:
        """Call it with the last `next`, take `items` over, keep the new `next`; nothing is ever
        missed or told twice. Each record is given as it is now. What an item says happened may be
        older than the record that comes with it."""
        horizon = finished()
        # A cursor from before the database was restored may lie ahead of it.
        start = min(read(self.query["after"]), (horizon, 0))
        limit: int = self.query["limit"]
        rows = list(arrivals(self.identity, start, horizon)[: limit + 1])
        more = len(rows) > limit
        rows = rows[:limit]
        end = (int(rows[-1].xid), rows[-1].pk) if more else (horizon, 0)
        return Response(
            {
                "items": items(self.identity, rows),
                "next": pagination.encode(list(end)),
                "more": more,
            }
        )


def read(cursor: str | None) -> tuple[int, int]:
    if cursor is None:
        return 0, 0
    match pagination.decode(cursor):
        case [int(xid), int(pk)] if 0 <= xid <= LARGEST and 0 <= pk <= LARGEST:
            return xid, pk
    raise pagination.bad_cursor("after")


def finished() -> int:
    """Every transaction with an id below this one has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def arrivals(identity: Identity, start: tuple[int, int], horizon: int) -> QuerySet[OutboxRow]:
    recalled = Q(verb=OutboxRow.RECALLED) & (Q(named=None) | Q(named__contains=[identity.account]))
    readable = queries.visible(identity).filter(pk=OuterRef("record_id"))
    return (
        heard(OutboxRow.objects.filter(recipient=identity.party), identity)
        .filter(recalled | Exists(readable))
        .extra(  # noqa: S610 - fixed text; xid8 compares with nothing that the ORM can write
            where=[
                f"({TABLE}.xid, {TABLE}.id) > (%s::xid8, %s)",
                f"{TABLE}.xid < %s::xid8",
            ],
            params=[str(start[0]), start[1], str(horizon)],
            order_by=["xid", "id"],
        )
    )


def items(identity: Identity, rows: list[OutboxRow]) -> list[dict[str, Any]]:
    records: dict[Any, Record] = {
        record.pk: record
        for record in queries.visible(identity)
        .select_related("current", "pending")
        .filter(pk__in={row.record_id for row in rows})
    }
    disputes.mark(records.values())
    found = []
    for row in rows:
        record = records.get(row.record_id)
        shown = None
        if record is not None and record.current is not None:
            note_reading(identity, record, record.current, part="feed")
            shown = representation.represent(identity, record, record.current)
        found.append(
            {
                "verb": row.verb,
                "at": representation.moment(row.created_at),
                "id": str(row.record_id),
                "kind": row.kind,
                "originator": row.sender,
                "record": shown,
            }
        )
    return found
