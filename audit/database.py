"""The transaction in which the log works on its own tables.

Row-level security lets a Party read its own entries and nobody write the tree. The sequencer, the
witness and the verifier work for the whole node: within `whole_log()` they read every entry and
write what is theirs. Entries themselves nobody changes there either.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

SETTING = "audit.whole"
#: Advisory locks of this database that the log takes.
SEQUENCER, WITNESS = 0x6C6F6701, 0x6C6F6702


def _set(value: str) -> str:
    """Set it for the transaction; what it was before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting(%s, true), set_config(%s, %s, true)", [SETTING, SETTING, value]
        )
        return cursor.fetchone()[0] or ""


@contextmanager
def whole_log() -> Iterator[None]:
    """One transaction, or a savepoint of the present one, with the log's own rights."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        before = _set("on")
        yield
        if nested:
            # The setting outlives a released savepoint.
            _set(before)


def try_lock(key: int) -> bool:
    """Whether this transaction now holds the lock, until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
        return bool(cursor.fetchone()[0])


def lock(key: int, name: str) -> None:
    """Wait for the lock on `name`, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [key, name])
