"""Several workers at one channel: one drain at a time, numbers without gaps, no wake-up lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from sharing.exchange import locks, sending
from sharing.exchange.sending import Drained, drain
from tests.conftest import Cast

from ..foreign import Foreign, Line
from .sent import an_alert, channel, items


def in_thread(work: Callable[[], Any]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            locks.forget()
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.fixture
def cast(transactional_db: None, cast: Any) -> Any:
    """With commits, for the threads to see."""
    return cast


class Held(Line):
    """A line on which an envelope stays until it is let go."""

    def __init__(self, to: Foreign) -> None:
        super().__init__(to)
        self.arrived, self.go = threading.Event(), threading.Event()

    def post_envelope(self, address: str, data: bytes) -> tuple[int, bytes]:
        self.arrived.set()
        assert self.go.wait(60)
        return super().post_envelope(address, data)


def test_who_rings_during_a_drain_goes_away_and_is_served(cast: Cast, mx: Foreign) -> None:
    an_alert(cast)
    line, done = Held(mx), []
    worker = in_thread(lambda: done.append(drain("US", "MX", line)))
    assert line.arrived.wait(60)
    an_alert(cast)
    assert drain("US", "MX", Line(mx)).busy
    line.go.set()
    worker.join(60)
    assert [one.items for one in done] == [2]
    assert channel().settled == 2


def test_many_workers_and_officers_leave_one_order_without_gaps(cast: Cast, mx: Foreign) -> None:
    results: list[Drained] = []
    ended = threading.Event()

    def work() -> None:
        while not ended.is_set():
            results.append(drain("US", "MX", Line(mx)))

    workers = [in_thread(work) for _ in range(3)]
    wanted = [str(an_alert(cast).pk) for _ in range(12)]
    ended.set()
    for worker in workers:
        worker.join(60)
    drain("US", "MX", Line(mx))
    assert [one["record"] for one in mx.items] == wanted
    assert [one.seq for one in items()] == list(range(1, 13))
    assert not [one.trouble for one in results if one.trouble]


def test_without_the_lock_the_same_batch_is_sent_twice_and_counts_once(
    cast: Cast, mx: Foreign, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    monkeypatch.setattr(locks, "alone", lambda name: nullcontext(True))
    an_alert(cast)
    line = Held(mx)
    worker = in_thread(lambda: drain("US", "MX", line))
    assert line.arrived.wait(60)
    assert drain("US", "MX", Line(mx)).items == 1
    line.go.set()
    worker.join(60)
    assert (len(mx.envelopes), len(mx.items), channel().settled) == (2, 1, 1)


def test_the_lock_is_free_once_its_holder_is_gone(transactional_db: None) -> None:
    held = threading.Event()

    def die() -> None:
        context = locks.alone("a channel")
        assert context.__enter__()
        held.set()

    in_thread(die).join(60)
    assert held.is_set()
    with locks.alone("a channel") as alone:
        assert alone
    with locks.alone("a channel") as alone:
        assert alone


def test_a_ring_is_not_lost_on_a_drain_that_had_nothing_to_send(
    cast: Cast, mx: Foreign, monkeypatch: pytest.MonkeyPatch
) -> None:
    drain("US", "MX", Line(mx))
    looked, rang = threading.Event(), threading.Event()
    prepare = sending.prepare

    def slowly(channel: Any) -> Any:
        batch = prepare(channel)
        if batch is None and not looked.is_set():
            looked.set()
            assert rang.wait(60)
        return batch

    monkeypatch.setattr(sending, "prepare", slowly)
    worker = in_thread(lambda: drain("US", "MX", Line(mx)))
    assert looked.wait(60)
    an_alert(cast)
    assert drain("US", "MX", Line(mx)).busy
    rang.set()
    worker.join(60)
    assert len(mx.items) == 1
