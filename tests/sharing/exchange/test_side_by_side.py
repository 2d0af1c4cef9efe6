"""Parts of a file that are asked for at once: bounded, in order, and fewer of who is busy."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sharing.exchange import side_by_side
from sharing.exchange.troubles import Trouble


class Node:
    """Counts how many are at it at once; the earlier part is the slower one."""

    def __init__(self, takes: int = 100, after: float = 0.01) -> None:
        self.takes, self.after = takes, after
        self.inside, self.most, self.handed_on = 0, 0, 0
        self.asked: list[int] = []
        self.ahead = 0
        self.lock = threading.Lock()

    def part(self, number: int) -> bytes:
        with self.lock:
            self.asked.append(number)
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.ahead = max(self.ahead, len(self.asked) - self.handed_on)
            busy = self.inside > self.takes
        time.sleep(0.02 if number % 2 else 0.04)
        with self.lock:
            self.inside -= 1
        if busy:
            raise Trouble("busy", after=self.after)
        return b"%d" % number


@pytest.fixture(autouse=True)
def unknown() -> Iterator[None]:
    side_by_side._widths.clear()
    yield
    side_by_side._widths.clear()


def test_parts_come_in_order_and_few_are_ahead() -> None:
    node, found = Node(), []
    for number, part in side_by_side.ask(node.part, range(12), "US"):
        node.handed_on += 1
        found.append((number, part))
        time.sleep(0.03)  # who keeps them is slower than who gives them
    assert found == [(number, b"%d" % number) for number in range(12)]
    assert (node.most, node.ahead) == (side_by_side.AT_ONCE, side_by_side.AT_ONCE)


def test_a_busy_peer_is_asked_for_fewer_at_once_and_gives_all() -> None:
    node = Node(takes=2)
    found = [number for number, _ in side_by_side.ask(node.part, range(10), "US")]
    assert (found, side_by_side.width("US")) == (list(range(10)), 2)
    assert side_by_side.width("CA") == side_by_side.AT_ONCE


def test_a_peer_that_was_busy_is_asked_for_more_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(side_by_side, "NARROW_SECONDS", 0.5)
    node = Node(takes=2)
    list(side_by_side.ask(node.part, range(4), "US"))
    time.sleep(0.5)
    assert side_by_side.width("US") == side_by_side.AT_ONCE


@pytest.mark.parametrize(("takes", "after"), [(0, 0.01), (2, 60.0)])
def test_who_can_take_none_or_wants_a_long_pause_is_asked_another_time(
    takes: int, after: float
) -> None:
    with pytest.raises(Trouble):
        list(side_by_side.ask(Node(takes, after).part, range(10), "US"))


def test_when_the_time_is_up_nothing_more_is_asked() -> None:
    node = Node()
    found = list(side_by_side.ask(node.part, range(100), "US", time.monotonic() + 0.1))
    assert [number for number, _ in found] == list(range(len(found)))
    assert len(found) == len(node.asked) < 60


def test_who_stops_reading_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, left = list[int](), threading.Event()

    def part(number: int) -> bytes:
        asked.append(number)
        if number:
            left.wait(10)
        return b""

    with ThreadPoolExecutor(1) as pool:  # one at work, so the others wait when the reader leaves
        monkeypatch.setitem(side_by_side._pools, os.getpid(), pool)
        parts = side_by_side.ask(part, range(100), "US")
        next(parts)
        parts.close()
        left.set()
    assert asked in ([0], [0, 1])
