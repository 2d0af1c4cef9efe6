"""The few places at the exchange's entrance: who gets one, and who must leave when all are taken.

Of one address there are few, and fewer for files, so that their chunks leave room for envelopes. Where all
are taken, whoever comes from another address gets the place of the body that is being read longest, of
the address that has the most: a handful of slow addresses keeps nobody out. Nor do many: an address that
an envelope or a request came from which a Party had signed is known from then on, and takes its place
from one that is not, and never has to leave for one. Of each Party a few addresses are known, so that none
has those of others forgotten; they count as one, and a Party that has more places than one address may
have leaves for everybody who has fewer. Two places beside these are for who is not known: however many
Parties come together, a new one comes in to become known.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address

#: Requests of one address, and of these for files, and all, that are here: read, waiting or worked on.
#: Each has at most the protocol's 8 MiB.
OF_ONE, FILES_OF_ONE, OF_ALL = 8, 4, 32
#: So many more are for addresses that are not known.
OF_NEW = 2
#: So many addresses of one Party are known, the latest ones.
KNOWN_OF_ONE = 8


class Dropped(Exception):
    """Another one has this place now."""


class Place:
    def __init__(self, network: str, is_file: bool) -> None:
        self.network, self.is_file = network, is_file
        self._reading: asyncio.Timeout | None = None
        self._dropped = False

    @property
    def is_read(self) -> bool:
        return self._reading is not None

    async def read(self, body: Awaitable[bytes], seconds: float) -> bytes:
        """What `body` gives. Raises TimeoutError; Dropped when another one got this place meanwhile."""
        try:
            async with asyncio.timeout(seconds) as self._reading:
                found = await body
        except TimeoutError:
            if self._dropped:
                raise Dropped from None
            raise
        finally:
            self._reading = None
        if self._dropped:
            raise Dropped
        return found

    def drop(self) -> None:
        self._dropped = True
        if self._reading is not None and not self._reading.expired():
            self._reading.reschedule(0)


class Places:
    """Those that are taken, the oldest first."""

    def __init__(self) -> None:
        self._taken: list[Place] = []
        self._known: dict[str, OrderedDict[str, None]] = {}

    def know(self, network: str, party: str) -> None:
        """The signature of `party`, which is enrolled, came from there."""
        own = self._known.setdefault(party, OrderedDict())
        own[network] = None
        own.move_to_end(network)
        if len(own) > KNOWN_OF_ONE:
            own.popitem(last=False)

    def party(self, network: str) -> str:
        """The Party that is known there, of several on one node always the same; "" for none."""
        return next((party for party, own in self._known.items() if network in own), "")

    @contextmanager
    def take(self, network: str, *, is_file: bool) -> Iterator[Place | None]:
        """A place until the block ends; None where there is none."""
        place = Place(network, is_file) if self._has_room(network, is_file) else None
        if place:
            self._taken.append(place)
        try:
            yield place
        finally:
            if place in self._taken:
                self._taken.remove(place)

    def _has_room(self, network: str, is_file: bool) -> bool:
        own = [one for one in self._taken if one.network == network]
        if len(own) >= OF_ONE or (is_file and sum(one.is_file for one in own) >= FILES_OF_ONE):
            return False
        new = self._new()
        if new < OF_NEW and not self.party(network):
            return True
        return len(self._taken) - min(new, OF_NEW) < OF_ALL or self._make_room(network)

    def _new(self) -> int:
        """How many are here of whom nothing is known."""
        return sum(not self.party(one.network) for one in self._taken)

    def _make_room(self, network: str) -> bool:
        """Nobody leaves for one who has as many places himself, but who is not known for one who is;
        and who is known for nobody who is not, but where his Party has many."""
        whose = {one: self.party(one.network) for one in self._taken}
        count = Counter(party or one.network for one, party in whose.items())

        def rank(one: Place) -> tuple[bool, bool, int]:
            own = count[whose[one] or one.network]
            return own > OF_ONE, not whose[one], own

        party = self.party(network)
        own = count[party or network]
        mine = own >= OF_ONE, not party, own
        slow = [one for one in self._taken if one.is_read and rank(one) > mine]
        if party and self._new() <= OF_NEW:
            slow = [one for one in slow if whose[one]]
        if not slow:
            return False
        longest = max(slow, key=rank)  # of several, the oldest
        self._taken.remove(longest)
        longest.drop()
        return True


def network(address: str) -> str:
    """What one sender can have addresses of at will: an IPv6 network of 64 bits is one address."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return found.packed[:8].hex()
