"""Notify officers: rows in one statement, one live event. Mail follows with the next sweep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from cordillera import bulk, clock, events

from .models import Notification


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification for several officers. `key` makes it the same one when it is said again:
    an officer is never notified twice under one key."""

    topic: str
    key: str
    officers: tuple[UUID, ...]
    record_id: UUID | None = None
    reference: str = ""
    kind: str = ""
    sender: str = ""
    detail: str = ""
    due_on: date | None = None


def notify(party: str, notices: Iterable[Notice]) -> int:
    """Write the notifications that are new, and tell their officers' open pages; how many.

    Deadlines say all of theirs again every few minutes: what was said is left out, or every open
    page would refresh for nothing. Only the node sees what others were told; for an officer's own
    step the unique key alone decides.
    """
    now = clock.now()
    rows = _new(
        {
            "id": uuid4(),
            "party_id": party,
            "officer_id": officer,
            "topic": notice.topic,
            "record_id": notice.record_id,
            "reference": notice.reference,
            "kind": notice.kind,
            "sender": notice.sender,
            "detail": notice.detail[:150],
            "due_on": notice.due_on,
            "key": notice.key[:120],
            "created_at": now,
        }
        for notice in notices
        for officer in dict.fromkeys(notice.officers)
    )
    if rows:
        # By hand: of a backlog several officers are told of each record.
        table = Notification._meta.db_table
        bulk.insert_rows(table, list(rows[0]), rows, "ON CONFLICT DO NOTHING")
        officers = tuple(dict.fromkeys(row["officer_id"] for row in rows))
        events.emit(party, "notifications", named=officers)
    return len(rows)


def _new(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    wanted = {(row["officer_id"], row["key"]): row for row in rows}
    said = Notification.objects.filter(
        officer__in={officer for officer, _key in wanted}, key__in={key for _officer, key in wanted}
    )
    known = set(said.values_list("officer_id", "key")) if wanted else set()
    return [row for place, row in wanted.items() if place not in known]
