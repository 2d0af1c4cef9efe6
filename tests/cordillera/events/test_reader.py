"""A reader of live events goes forward and never skips one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from cordillera import clock, events
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.events import reader
from cordillera.events.cursor import Cursor
from cordillera.events.retention import forget_old

pytestmark = pytest.mark.django_db(transaction=True)


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


def things(events: list[reader.Told]) -> list[str]:
    return [event.thing for event in events]


def test_tells_what_comes_once(transactional_db: None) -> None:
    follower = reader.Follower("MX")
    tell("MX", "first")
    tell("MX", "second")
    assert things(follower.next()) == ["first", "second"]
    assert things(follower.next()) == []


def test_what_was_there_before_is_not_told(transactional_db: None) -> None:
    tell("MX", "old")
    follower = reader.Follower("MX")
    assert things(follower.next()) == []


def test_a_transaction_that_hangs_silences_no_other_and_is_not_skipped(
    transactional_db: None,
) -> None:
    follower = reader.Follower("MX")
    with another_transaction("MX") as other:
        tell("MX", "quick")
        assert things(follower.next()) == ["quick"]
        assert things(follower.next()) == []
        other.commit()
    assert things(follower.next()) == ["slow"]


def test_a_cursor_from_before_misses_nothing_that_was_slow(transactional_db: None) -> None:
    follower = reader.Follower("MX")
    with another_transaction("MX") as other:
        tell("MX", "quick")
        follower.next()
        stood_at = follower.position
        other.commit()
    assert set(things(reader.missed("MX", stood_at))) == {"slow", "quick"}


def test_reads_one_party_only(transactional_db: None) -> None:
    followers = {party: reader.Follower(party) for party in ("MX", "CA")}
    tell("MX", "ours")
    assert things(followers["MX"].next()) == ["ours"]
    assert things(followers["CA"].next()) == []


def test_keeps_whom_an_event_is_for(transactional_db: None) -> None:
    follower, officer = reader.Follower("MX"), uuid4()
    tell("MX", "secret", named=[officer])
    [event] = follower.next()
    assert event.named == {officer}


def test_too_much_at_once_says_look_again(transactional_db: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(reader, "MOST", 3)
    start = reader.Follower("MX").position
    for thing in "abc":
        tell("MX", thing)
    assert reader.missed("MX", start) == [reader.LOOK_AGAIN]


def test_a_cursor_from_the_future_says_look_again(transactional_db: None) -> None:
    ahead = Cursor(reader.Follower("MX").position.xid + 1000, 0)
    assert reader.missed("MX", ahead) == [reader.LOOK_AGAIN]


def test_old_events_are_forgotten(transactional_db: None) -> None:
    tell("MX", "old")
    with clock.at(clock.now() + timedelta(days=8)), acting_as(Identity.of_node("MX")):
        assert forget_old("MX") == 1


def test_a_cursor_survives_being_written_down() -> None:
    assert Cursor.parse(str(Cursor(7, 12))) == Cursor(7, 12)


@pytest.mark.parametrize("text", ["", "7", "7-", "7-x", "-7-1", "7-1-2", "9" * 30 + "-1"])
def test_anything_else_is_no_cursor(text: str) -> None:
    assert Cursor.parse(text) is None
