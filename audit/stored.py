"""Entries as they lie in the database, read back into the bytes that the tree commits to.

Called within `whole_log()`, or the row-level policy decides which entries there are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from . import text

#: Moments and ids come as text: turning millions of them into objects and back took half the time.
COLUMNS = """
    e.id::text, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.tag, e.party,
    e.actor, e.actor_name, e.about, e.purpose, e.detail::text, e.salt, e.body_hash
"""
_SOME = f"SELECT {COLUMNS} FROM audit_entry e WHERE e.id = ANY(%s)"  # noqa: S608 - our own names

#: Head, body, salt; for an erased entry head, None, and the hash that is left.
Parts = tuple[bytes, bytes | None, bytes]


def parts(row: Sequence[Any]) -> Parts:
    """A row of COLUMNS."""
    pk, at, tag, party, actor, actor_name, about, purpose, detail, salt, hashed = row
    head = text.head(id=pk, at=at, party=party, tag=tag)
    if hashed is not None:
        return head, None, bytes(hashed)
    body = text.body(
        actor=actor, actor_name=actor_name, about=about, purpose=purpose, detail=json.loads(detail)
    )
    return head, body, bytes(salt)


def opened(row: Sequence[Any]) -> text.Opened:
    head, body, rest = parts(row)
    return text.Opened.erased(head, rest) if body is None else text.Opened.of(head, body, rest)


def some(entries: Iterable[UUID]) -> dict[UUID, text.Opened]:
    """Those of these entries that there are."""
    with connection.cursor() as cursor:
        cursor.execute(_SOME, [list(entries)])
        return {UUID(row[0]): opened(row) for row in cursor.fetchall()}
