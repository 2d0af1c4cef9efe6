"""One at a time, over all workers of a node, while no transaction of the work is open.

A drain talks HTTP between its transactions, so a lock of theirs ends too early. A session's lock
would last, but behind a pooler that shares sessions it can be taken in one and never released. So
each worker thread keeps a connection of its own on which a transaction that does nothing else holds
the lock: a killed worker's connection closes and its lock is free at once, and a pooler leaves an
open transaction alone. Nothing relies on the lock for being right: what is sent twice is the very
same batch, and whoever writes locks the channel's row.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

_own = threading.local()


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Whether nobody else holds the lock `name`; held until the block ends."""
    try:
        keeper = _take(_keeper())
        held = _try(keeper, name)
    except (DatabaseError, InterfaceError):
        forget()  # the connection went away while it lay idle: once more with a new one
        keeper = _take(_keeper())
        held = _try(keeper, name)
    try:
        yield held
    finally:
        try:
            keeper.rollback()
            keeper.set_autocommit(True)
        except (DatabaseError, InterfaceError):
            forget()


def _keeper() -> BaseDatabaseWrapper:
    keeper: BaseDatabaseWrapper | None = getattr(_own, "keeper", None)
    if keeper is None or keeper.settings_dict != connection.settings_dict:
        keeper = _own.keeper = connection.copy()
    return keeper


def _take(keeper: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    keeper.set_autocommit(False)
    return keeper


def _try(keeper: BaseDatabaseWrapper, name: str) -> bool:
    with keeper.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext('exchange'), hashtext(%s))", [name]
        )
        return bool(cursor.fetchone()[0])


def forget() -> None:
    """Close this thread's connection for locks; what it held is free."""
    keeper: BaseDatabaseWrapper | None = getattr(_own, "keeper", None)
    _own.keeper = None
    if keeper is not None:
        keeper.close()
