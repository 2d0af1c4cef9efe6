"""The transaction in which the log works on its own tables.

Row-level security lets a Party read its own entries and nobody write the tree. The sequencer, the
witness and the verifier work for the whole node: within `whole_log()` they read every entry and
write what is theirs. Entries themselves nobody changes there either.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

SETTING = "audit.whole"
_inside: ContextVar[bool] = ContextVar("whole_log", default=False)
#: Advisory locks of this database that the log takes.
SEQUENCER, WITNESS, BLOCKS = 0x6C6F6701, 0x6C6F6702, 0x6C6F6703


def _set(value: str) -> str:
    """Set it for the transaction; what it was before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting(%s, true), set_config(%s, %s, true)", [SETTING, SETTING, value]
        )
        return cursor.fetchone()[0] or ""


@contextmanager
def whole_log() -> Iterator[None]:
    """One transaction, or a savepoint of the present one, with the log's own rights.

    Within another such block it is a part of that one.
    """
    if _inside.get():
        yield
        return
    nested, token = connection.in_atomic_block, _inside.set(True)
    try:
        with transaction.atomic():
            before = _set("on")
            yield
            if nested:
                # The setting outlives a released savepoint.
                _set(before)
    finally:
        _inside.reset(token)


def look_up_one_by_one(*, only: bool = True) -> None:
    """For the rest of this transaction, or until `only=False`: join by the ids' index alone.

    Left to itself the planner reads the whole table again for every batch, at some sizes of it: ten
    times the work.
    """
    value = "off" if only else "DEFAULT"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET LOCAL enable_hashjoin TO {value}; SET LOCAL enable_mergejoin TO {value}"
        )


def try_lock(key: int) -> bool:
    """Whether this transaction now holds the lock, until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
        return bool(cursor.fetchone()[0])


def wait_lock(key: int) -> None:
    """Wait for what `try_lock` tries, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def lock(key: int, name: str) -> None:
    """Wait for the lock on `name`, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [key, name])
