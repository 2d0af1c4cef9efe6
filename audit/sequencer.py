"""Numbers the entries, grows the tree, signs checkpoints: one at a time for the whole node.

An entry waits in audit_pending from its own transaction on, so it is found whenever that
transaction ends; nothing is skipped and no clock or serial number is trusted. Whoever holds the
lock takes all that is visible, in the order in which it was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from . import findings, keys, merkle, stored, tree
from .checkpoint import Checkpoint
from .database import SEQUENCER, look_up_one_by_one, try_lock, whole_log
from .errors import Unproved
from .models import Pending, SignedCheckpoint
from .wiring import after_checkpoint, wired

BATCH = 5_000
EVERY = timedelta(seconds=1)

_PENDING = f"""
    SELECT p.line, e.id, {stored.COLUMNS}
    FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id ORDER BY p.line LIMIT %s
"""  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class Done:
    """How many entries got an index, how many there are now, how many the last checkpoint holds,
    and in how many seconds the next one may be signed."""

    appended: int
    size: int
    signed: int
    wait: float = 0.0


def sequence(*, at_once: bool = False) -> Done | None:
    """Give every visible entry its index; sign when the last checkpoint is a second old.

    `at_once` signs without waiting. None where another sequencer is at work.
    """
    appended = 0
    while True:
        with whole_log():
            if not try_lock(SEQUENCER):
                return None
            look_up_one_by_one()
            count, size = _append()
            appended += count
            if count < BATCH:
                return Done(appended, size, *_sign(size, at_once))


def _append() -> tuple[int, int]:
    """Take one batch: how many it held, and the size of the tree after it."""
    size = tree.size()
    with connection.cursor() as cursor:
        cursor.execute(_PENDING, [BATCH])
        rows = cursor.fetchall()
    if rows:
        tree.append(size, [(row[1], stored.opened(row[2:]).commitment) for row in rows])
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM audit_pending WHERE line = ANY(%s)", [[row[0] for row in rows]]
            )
    return len(rows), size + len(rows)


def _sign(size: int, at_once: bool) -> tuple[int, float]:
    """Sign the tree unless it is signed, or was a moment ago; how much is signed, and the wait."""
    last = SignedCheckpoint.objects.first()
    signed = last.size if last else 0
    if size == signed:
        return signed, 0.0
    if last and not at_once and (wait := last.at + EVERY - _now()) > timedelta():
        return signed, wait.total_seconds()
    read = tree.reader()
    origin, private = keys.log_key()
    try:
        if last:
            tree.still_holds(read, last)
    except Unproved as error:
        findings.report(origin, "altered", str(error), [last.note] if last else [])
        return signed, 0.0
    checkpoint = Checkpoint(origin, size, merkle.root(read, size))
    note = str(checkpoint.signed(private))
    SignedCheckpoint.objects.create(size=size, root=checkpoint.root, note=note, at=_now())
    for task in after_checkpoint:
        wired().ring(task)
    return size, 0.0


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
