"""What nearly every test begins with, made by the real actions once a worker: its rows are kept, and
put back in the tests behind it.

An alert that was released is four hundred statements, before a thousand tests. Steps stand on each
other (the Parties, their officers, a draft of one of them, its release), and each one keeps what it
changed in the one before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
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
FRESH = 30.0
BEGAN = clock.now() - timedelta(seconds=time.monotonic())
Rows = dict[str, bytes]


@dataclass(eq=False)
class Step:
    """What was made, every row there was then, and what is to be done to the step before."""

    thing: Any
    rows: Rows
    emptied: list[str]
    added: Rows
    made: float


kept: dict[tuple[Step | str, ...], Step] = {}


class Scene:
    """The steps that the present test stands on; None once anything else was done in its database."""

    def __init__(self) -> None:
        self.steps: tuple[Step, ...] | None = None
        self.ours = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not self.ours:
            self.steps = None
        return execute(sql, params, many, context)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """The test begins, in an empty database."""
        self.steps = ()
        with connection.execute_wrapper(self):
            yield
        self.steps = None


scene = Scene()


def once(name: str, make: Callable[[], Any], fresh: float = float("inf")) -> Any:
    """What `make` makes in the database as the steps before left it: really made, or as it was made
    before, at most `fresh` seconds ago."""
    steps = scene.steps
    if steps is None or not _is_now():
        return make()
    key = repr((name, *(getattr(settings, one) for one in SETTINGS)))
    found = kept.get((*steps, key))
    if found and time.monotonic() - found.made < fresh:
        with _owner():
            _put_back(found)
        made = deepcopy(found.thing)
    else:
        made = make()
        with _owner():
            found = kept[*steps, key] = _step(made, steps[-1].rows if steps else {})
    scene.steps = (*steps, found)
    return made


def lately(name: str, make: Callable[[], Any]) -> Any:
    """The same, of the last half minute: a record is of now, as far as a test can tell. What is done
    at the end of a transaction is done where there is an end, since there it is really made."""
    return once(name, make, fresh=FRESH) if connection.in_atomic_block else make()


def _is_now() -> bool:
    """A test that stands at another time makes things of that time."""
    return abs(clock.now() - BEGAN - timedelta(seconds=time.monotonic())) < timedelta(minutes=1)


@contextmanager
def _owner() -> Iterator[None]:
    """The database's owner, whom neither policies nor triggers bind; afterwards who it was before."""
    scene.ours = True
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('role')")
                (role,) = cursor.fetchone()
                cursor.execute("SET LOCAL ROLE NONE; SET LOCAL session_replication_role = replica")
            yield
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SET LOCAL session_replication_role = origin; SET LOCAL ROLE {role}"
                )
    finally:
        scene.ours = False


def _step(made: Any, before: Rows) -> Step:
    rows = {table: _copy_out(table) for table in filled()}
    emptied = [table for table, old in before.items() if not rows.get(table, b"").startswith(old)]
    added = {
        table: content if table in emptied else content.removeprefix(before.get(table, b""))
        for table, content in rows.items()
    }
    return Step(deepcopy(made), rows, emptied, added, time.monotonic())


def _put_back(step: Step) -> None:
    with connection.cursor() as cursor:
        if step.emptied:
            cursor.execute("; ".join(f"DELETE FROM ONLY {table}" for table in step.emptied))
        for table, content in step.added.items():
            if content:
                with cursor.copy(f"COPY {table} ({_columns(table)}) FROM STDIN") as copy:
                    copy.write(content)


def _copy_out(table: str) -> bytes:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({_columns(table)}) TO STDOUT") as copy,
    ):
        return b"".join(bytes(part) for part in copy)


@cache
def _columns(table: str) -> str:
    """Those that are not computed: a row's transaction is the one that puts it back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' AND NOT (atttypid = 'xid8'::regtype AND atthasdef)",
            [table],
        )
        return str(cursor.fetchone()[0])
