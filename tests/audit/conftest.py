"""Entries in the log, and the database's owner, who can do what an attacker inside could."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction

from audit import cosigning, keys, log, sequencer
from audit.export import export

#: The second outside implementation runs from Python 3.12 on; the first one runs everywhere.
collect_ignore = [] if sys.version_info >= (3, 12) else ["test_aics.py"]

ACCOUNT = UUID(int=7)


@dataclass(frozen=True)
class Someone:
    """An actor, as the log sees one."""

    party: str = "MX"
    account: UUID | None = ACCOUNT
    name: str = "Inés Ávila"


Write = Callable[..., list[UUID]]


@pytest.fixture
def write(db: None) -> Write:
    """write(n): n entries in one transaction, not sequenced yet."""

    def write(count: int = 1, party: str = "MX", **more: object) -> list[UUID]:
        with transaction.atomic():
            return [
                log.write(
                    "record:read",
                    actor=Someone(party),
                    about=uuid4(),
                    detail={"number": number, "words": "ñandú — l'œuvre", "share": 0.25},
                    **more,
                )
                for number in range(count)
            ]

    return write


@pytest.fixture
def grown(write: Write) -> list[UUID]:
    """Twelve entries, sequenced and signed in two steps."""
    entries = write(7)
    sequencer.sequence(at_once=True)
    entries += write(5)
    sequencer.sequence(at_once=True)
    return entries


@contextmanager
def as_owner() -> Iterator[None]:
    """The database's owner, with the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = origin")
            cursor.execute(f'SET ROLE "{settings.DATABASE_RUNTIME_ROLE}"')


def tamper(sql: str, *values: object) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount > 0


@pytest.fixture
def trusted(db: None) -> None:
    for key in keys.own_keys():
        keys.trust(str(key), party="US")


@pytest.fixture
def dump(grown: list[UUID], tmp_path: Path) -> Path:
    """A dump of twelve entries, co-signed."""
    from .dumps import ask

    cosigning.collect(ask)
    export(tmp_path / "dump")
    return tmp_path / "dump"
