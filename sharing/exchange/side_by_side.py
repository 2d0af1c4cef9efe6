"""Ask a peer for several parts at once, and hand them on in their order.

So few parts are on their way or here and not handed on, whatever a file's size. A peer that is busy is
asked for fewer at once for a while.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from .troubles import Trouble

AT_ONCE = 4
#: A peer that asks for a longer pause is asked another time.
LONGEST_WAIT = 5.0
#: So long a peer that was busy is asked for fewer.
NARROW_SECONDS = 600.0
#: How many at once this process asks of a peer that could not take more, and until when.
_widths: dict[str, tuple[int, float]] = {}
_pools: dict[int, ThreadPoolExecutor] = {}

Waiting = deque[tuple[int, "Future[bytes]"]]


def ask(
    part: Callable[[int], bytes], numbers: Sequence[int], peer: str, until: float | None = None
) -> Generator[tuple[int, bytes], None, None]:
    """(number, bytes) in the order of `numbers`; fewer where the time is up before all were asked for.

    Raises what `part` raises for the first one that it cannot have.
    """
    left, waiting = deque(numbers), Waiting()
    here = dict[int, bytes]()
    try:
        while left or waiting:
            while left and len(waiting) < width(peer) and not _is_over(until):
                number = left.popleft()
                waiting.append((number, _answer(part, number, here)))
            if not waiting:
                return
            try:
                found = waiting[0][1].result()
            except Trouble as trouble:
                _narrow(peer, trouble, until)
                left.extendleft([number for number, _ in reversed(waiting)])
                here = _those_that_came(waiting)
                waiting.clear()
                continue
            yield waiting.popleft()[0], found
    finally:
        for _, answer in waiting:
            answer.cancel()


def _answer(part: Callable[[int], bytes], number: int, here: dict[int, bytes]) -> Future[bytes]:
    if number not in here:
        return _pool().submit(part, number)
    answer = Future[bytes]()
    answer.set_result(here.pop(number))
    return answer


def _those_that_came(waiting: Waiting) -> dict[int, bytes]:
    """Once none is on its way any more: the peer was too busy for so many."""
    wait([answer for _, answer in waiting])
    return {number: answer.result() for number, answer in waiting if not answer.exception()}


def width(peer: str) -> int:
    found, until = _widths.get(peer, (AT_ONCE, 0.0))
    return found if time.monotonic() < until else AT_ONCE


def _narrow(peer: str, trouble: Trouble, until: float | None) -> None:
    """Wait as long as it asks for; raise its trouble again where that is no use."""
    after = trouble.after
    if after is None or after > LONGEST_WAIT or width(peer) == 1:
        raise trouble
    if until is not None and time.monotonic() + after > until:
        raise trouble
    _widths[peer] = width(peer) // 2, time.monotonic() + NARROW_SECONDS
    time.sleep(after)


def _is_over(until: float | None) -> bool:
    return until is not None and time.monotonic() > until


def _pool() -> ThreadPoolExecutor:
    """This process's own threads, with their kept connections; not those of the one it was forked from."""
    if os.getpid() not in _pools:
        _pools[os.getpid()] = ThreadPoolExecutor(AT_ONCE, "asker")
    return _pools[os.getpid()]
