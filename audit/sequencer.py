"""Numbers the entries, grows the tree, signs checkpoints: one at a time for the whole node.

An entry waits in audit_pending from its own transaction on, so it is found whenever that
transaction ends; nothing is skipped and no clock or serial number is trusted. Whoever holds the
lock takes all that is visible, in the order in which it was written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from . import findings, keys, merkle, text, tree
from .checkpoint import Checkpoint
from .database import SEQUENCER, try_lock, whole_log
from .errors import Unproved
from .models import Pending, SignedCheckpoint
from .wiring import after_checkpoint, wired

BATCH = 5_000
EVERY = timedelta(seconds=1)

COLUMNS = "id, at, tag, party, actor, actor_name, about, purpose, detail, salt, body_hash"
_PENDING = f"""
    SELECT p.line, {", ".join(f"e.{column}" for column in COLUMNS.split(", "))}
    FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id ORDER BY p.line LIMIT %s
"""  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class Done:
    """How many entries got an index, how many there are now, and for how many one was signed."""

    appended: int
    size: int
    signed: int


def sequence(*, at_once: bool = False) -> Done | None:
    """Give every visible entry its index; sign when the last checkpoint is a second old.

    `at_once` signs without waiting. None where another sequencer is at work.
    """
    appended = 0
    while True:
        with whole_log():
            if not try_lock(SEQUENCER):
                return None
            count, size = _append()
            appended += count
            if count < BATCH:
                return Done(appended, size, _sign(size, at_once))


def _append() -> tuple[int, int]:
    """Take one batch: how many it held, and the size of the tree after it."""
    size = tree.size()
    with connection.cursor() as cursor:
        cursor.execute(_PENDING, [BATCH])
        rows = cursor.fetchall()
    if rows:
        tree.append(size, [(row[1], opened(row[1:]).commitment) for row in rows])
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM audit_pending WHERE line = ANY(%s)", [[row[0] for row in rows]]
            )
    return len(rows), size + len(rows)


def opened(row: Iterable[Any]) -> text.Opened:
    """A row of COLUMNS as what its commitment is made from."""
    pk, at, tag, party, actor, actor_name, about, purpose, detail, salt, hashed = row
    head = text.head(id=str(pk), at=at, party=party, tag=tag)
    if hashed is not None:
        return text.Opened.erased(head, bytes(hashed))
    parsed = json.loads(detail) if isinstance(detail, str) else detail
    body = text.body(
        actor=actor, actor_name=actor_name, about=about, purpose=purpose, detail=parsed
    )
    return text.Opened.of(head, body, bytes(salt))


def _sign(size: int, at_once: bool) -> int:
    """Sign the tree unless it is signed already or was signed a moment ago; up to where it is."""
    last = SignedCheckpoint.objects.first()
    signed = last.size if last else 0
    if size == signed or (last and not at_once and _now() - last.at < EVERY):
        return signed
    read = tree.reader()
    origin, private = keys.log_key()
    try:
        if last:
            tree.still_holds(read, last)
    except Unproved as error:
        findings.report(origin, "altered", str(error), [last.note] if last else [])
        return signed
    checkpoint = Checkpoint(origin, size, merkle.root(read, size))
    note = str(checkpoint.signed(private))
    SignedCheckpoint.objects.create(size=size, root=checkpoint.root, note=note, at=_now())
    for task in after_checkpoint:
        wired().ring(task)
    return size


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def index_of(entry: UUID) -> int | None:
    """The entry's place in the tree; None while it has none."""
    with whole_log(), connection.cursor() as cursor:
        cursor.execute("SELECT index FROM audit_leaf WHERE entry_id = %s", [entry])
        row = cursor.fetchone()
    return row[0] if row else None


def waiting() -> int:
    """How many entries have no index yet."""
    with whole_log():
        return Pending.objects.count()
