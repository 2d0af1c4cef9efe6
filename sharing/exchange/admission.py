"""Who is let in at all, before a byte of his is read: nodes must not take every web thread.

Each web process admits a few requests of nodes at once, and from one address one fewer, so that
one hostile sender leaves room for the others, and all of them for people. A network that one sender can
have addresses of at will is one address (places.py). An address that sends
what is refused unproven spends from a small purse that fills again by the second. Cheap and
approximate on purpose; each process counts its own.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from .places import network

#: How many unproven refusals an address may have at once, and how many more with each second.
PURSE, REFILL = 30.0, 1.0
#: Addresses that are remembered; the one that spent longest ago is forgotten first.
MOST_ADDRESSES = 10_000


class Admission:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside: Counter[str] = Counter()
        self._purses: OrderedDict[str, tuple[float, float]] = OrderedDict()

    @contextmanager
    def enter(self, address: str) -> Iterator[bool]:
        """Whether the request may go on; its place is given back at the end."""
        address = network(address)
        admitted = self._take(address)
        try:
            yield admitted
        finally:
            if admitted:
                with self._lock:
                    self._inside[address] -= 1
                    self._inside += Counter()  # keeps those above zero

    def _take(self, address: str) -> bool:
        most = settings.EXCHANGE_AT_ONCE
        with self._lock:
            full = self._inside.total() >= most or self._inside[address] >= max(1, most - 1)
            if full or self._purse(address) < 1:
                return False
            self._inside[address] += 1
            return True

    def spend(self, address: str) -> None:
        """The address sent what was refused, and nobody knows who it was."""
        address = network(address)
        with self._lock:
            self._purses[address] = self._purse(address) - 1, time.monotonic()
            self._purses.move_to_end(address)
            if len(self._purses) > MOST_ADDRESSES:
                self._purses.popitem(last=False)

    def _purse(self, address: str) -> float:
        left, at = self._purses.get(address, (PURSE, 0.0))
        return min(PURSE, left + (time.monotonic() - at) * REFILL)

    def forget(self) -> None:
        """Everybody is new again."""
        with self._lock:
            self._purses.clear()


admission = Admission()
