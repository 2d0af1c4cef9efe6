"""Entries of MX with their places in the signed tree, and the database's owner who alters them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from audit import keys, log, sequencer
from tests.audit.conftest import tamper as tamper
from tests.conftest import Cast


@contextmanager
def owner() -> Iterator[None]:
    """As the operator's shell, with the owner's DATABASE_URL."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        try:
            yield
        finally:
            cursor.execute(f'SET ROLE "{settings.DATABASE_RUNTIME_ROLE}"')


@pytest.fixture
def logged(cast: Cast) -> list[UUID]:
    """Four entries of MX and one of US, in their places under a signed checkpoint."""
    found = [
        log.write(
            "record:read",
            actor=cast.identity("recipient"),
            about=f"US-OA-2026-0000{number}",
            purpose="check at the crossing",
            detail={"reference": f"US-OA-2026-0000{number}"},
        )
        for number in range(4)
    ]
    found.append(log.write("record:release", actor=cast.identity("colleague"), about="US-SECRET"))
    sequencer.sequence(at_once=True)
    return found


@pytest.fixture
def witness(db: None) -> str:
    """This node as the witness of its own log, as if it were Canada's."""
    for key in keys.own_keys():
        keys.trust(str(key), party="CA")
    return f"{keys.origin()}/witness"
