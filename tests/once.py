"""What nearly every test begins with, made once a worker by the real actions: its rows are kept, and
put back in the tests behind it.

The Parties' keys and key sets alone are a hundred statements, before three thousand tests.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from cordillera import clock
from tests.emptying import filled

#: What is made may be another thing under other ones of these.
SETTINGS = (
    *("HOSTED_PARTIES", "KEY_ENCRYPTION_KEY", "EXCHANGE_SUITES"),
    *("KEY_SEALING_DAYS", "KEY_SIGNING_DAYS"),
)
BEGAN = clock.now() - timedelta(seconds=time.monotonic())
Rows = dict[str, bytes]
kept: dict[str, tuple[Any, Rows]] = {}


def once(name: str, make: Callable[[], Any]) -> Any:
    """What `make` makes in an empty database: really made, or as it was made before."""
    key = repr((name, *(getattr(settings, one) for one in SETTINGS)))
    if not _is_now() or _filled():
        return make()
    if key not in kept:
        made = make()
        with owner():
            kept[key] = deepcopy(made), {table: _copy_out(table) for table in filled()}
        return made
    made, rows = kept[key]
    with owner():
        for table, content in rows.items():
            _copy_in(table, content)
    return deepcopy(made)


def _is_now() -> bool:
    """A test that stands at another time makes keys of that time."""
    return abs(clock.now() - BEGAN - timedelta(seconds=time.monotonic())) < timedelta(minutes=1)


def _filled() -> bool:
    with owner():
        return bool(filled())


@contextmanager
def owner() -> Iterator[None]:
    """The database's owner, whom neither policies nor triggers bind; afterwards who it was before."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('role')")
            (role,) = cursor.fetchone()
            cursor.execute("SET LOCAL ROLE NONE; SET LOCAL session_replication_role = replica")
        yield
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL session_replication_role = origin; SET LOCAL ROLE {role}")


def _copy_out(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)


def _copy_in(table: str, content: bytes) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        copy.write(content)
