"""A reader of live events goes forward and never skips one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from cordillera import events
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.events import reader
from cordillera.events.cursor import Cursor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alone]


def tell(party: str, thing: str, **options: Any) -> None:
    with acting_as(Identity.of_node(party)):
        events.emit(party, "record", thing, **options)


@contextmanager
def another_transaction(party: str) -> Iterator[Any]:
    """A transaction in a connection of its own, that has written but not yet committed."""
    parameters = connection.get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    with psycopg.connect(**parameters) as other:
        other.execute("SELECT set_config('cordillera.party', %s, true)", [party])
        other.execute(
            "INSERT INTO events_event (party, topic, thing) VALUES (%s, 'record', 'slow')", [party]
        )
        yield other


def things(batch: reader.Batch) -> list[str]:
    return [event.thing for event in batch.events]


def test_reads_what_comes_after_the_head(transactional_db: None) -> None:
    start = reader.head("MX")
    tell("MX", "first")
    tell("MX", "second")
    batch = reader.read("MX", start)
    assert things(batch) == ["first", "second"]
    assert things(reader.read("MX", batch.position)) == []


def test_waits_for_a_transaction_that_began_earlier(transactional_db: None) -> None:
    start = reader.head("MX")
    with another_transaction("MX") as other:
        tell("MX", "quick")
        held_back = reader.read("MX", start)
        assert things(held_back) == []
        assert held_back.unsettled
        other.commit()
    assert things(reader.read("MX", held_back.position)) == ["slow", "quick"]


def test_reads_one_party_only(transactional_db: None) -> None:
    starts = {party: reader.head(party) for party in ("MX", "CA")}
    tell("MX", "ours")
    assert things(reader.read("MX", starts["MX"])) == ["ours"]
    assert things(reader.read("CA", starts["CA"])) == []


def test_reads_in_batches(transactional_db: None) -> None:
    start = reader.head("MX")
    for thing in "abc":
        tell("MX", thing)
    first = reader.read("MX", start, limit=2)
    assert (things(first), first.more) == (["a", "b"], True)
    assert things(reader.read("MX", first.position, limit=2)) == ["c"]


def test_keeps_whom_an_event_is_for(transactional_db: None) -> None:
    start, officer = reader.head("MX"), uuid4()
    tell("MX", "secret", named=[officer])
    [event] = reader.read("MX", start).events
    assert event.named == {officer}


def test_replays_what_lies_between(transactional_db: None) -> None:
    start = reader.head("MX")
    tell("MX", "missed")
    until = reader.read("MX", start).position
    missed = reader.between("MX", start, until)
    assert missed is not None
    assert [event.thing for event in missed] == ["missed"]


def test_replays_neither_too_much_nor_from_the_future(transactional_db: None) -> None:
    start = reader.head("MX")
    for thing in "abc":
        tell("MX", thing)
    until = reader.read("MX", start).position
    assert reader.between("MX", start, until, limit=2) is None
    assert reader.between("MX", Cursor(until.xid + 1000, 0), until) is None


def test_a_cursor_survives_being_written_down() -> None:
    assert Cursor.parse(str(Cursor(7, 12))) == Cursor(7, 12)


@pytest.mark.parametrize("text", ["", "7", "7-", "7-x", "-7-1", "7-1-2", "9" * 30 + "-1"])
def test_anything_else_is_no_cursor(text: str) -> None:
    assert Cursor.parse(text) is None
