"""Where all places at the entrance are taken: many addresses keep no Party out that is known."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from sharing.exchange import apart
from sharing.exchange.places import KNOWN_OF_ONE, OF_ALL, OF_NEW, OF_ONE, Place, Places

from .test_apart import _scope, echo


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Places of which each has a body that is being read."""
    monkeypatch.setattr(Place, "is_read", property(lambda self: True))
    with ExitStack() as stack:
        places = Places()

        def take(*networks: str) -> list[Place | None]:
            return [stack.enter_context(places.take(one, is_file=False)) for one in networks]

        yield places, take


def test_a_known_address_does_not_leave_for_those_that_are_not(taken: Any) -> None:
    places, take = taken
    places.know("party", "US")
    [party] = take("party")
    take(*(f"slow {at}" for at in range(OF_ALL - 1)))
    assert all(take(*(f"later {at}" for at in range(2 * OF_ALL))))
    assert party in places._taken
    assert len(places._taken) == OF_ALL + OF_NEW


def test_a_known_address_takes_its_place_from_one_that_is_not(taken: Any) -> None:
    places, take = taken
    slow = take(*(f"slow {at}" for at in range(OF_ALL + OF_NEW)))
    for at in range(OF_ALL):
        places.know(f"party {at}", f"P{at}")
    parties = take(*(f"party {at}" for at in range(OF_ALL)))
    assert places._taken == slow[-OF_NEW:] + parties


def test_parties_together_keep_nobody_out_who_is_not_known_yet(taken: Any) -> None:
    places, take = taken
    many = OF_ALL // OF_ONE
    for at in range(many):
        places.know(f"party {at}", f"P{at}")
    assert all(take(*(f"party {at % many}" for at in range(OF_ALL))))
    [new] = take("new")
    assert new
    assert new in places._taken
    for at in range(many):  # nor do they take it from him by leaving and coming again
        places._taken.remove(next(one for one in places._taken if one.network == f"party {at}"))
        take(f"party {at}", f"party {at}")
    assert new in places._taken
    assert all(take(*(f"other {at}" for at in range(3 * OF_NEW))))
    assert len(places._taken) == OF_ALL + OF_NEW


def test_of_each_party_the_latest_are_known(taken: Any) -> None:
    places, _ = taken
    places.know("honest", "US")
    for at in range(1000):
        places.know(str(at), "CA")
    assert list(places._known["CA"]) == [str(at) for at in range(1000 - KNOWN_OF_ONE, 1000)]
    assert places.party("honest") == "US"


@pytest.mark.parametrize("known", ["both", "one", "nobody", "hostile"])
@pytest.mark.parametrize("many", [4, KNOWN_OF_ONE, 1000])
def test_no_party_keeps_others_out_from_many_addresses(taken: Any, known: str, many: int) -> None:
    """Also where it is known and who comes is not yet, as after a start."""
    places, take = taken
    hostile = [f"hostile {at}" for at in range(many)]
    if known in ("both", "one"):
        places.know("honest", "US")
    if known in ("both", "hostile"):
        for one in hostile:
            places.know(one, "CA")
    assert all(take(*(hostile[-1 - at % min(many, OF_ALL)] for at in range(OF_ALL))))
    assert all(take("honest"))


def test_a_party_takes_no_more_places_from_those_that_are_not_known_than_one_address(
    taken: Any,
) -> None:
    places, take = taken
    for at in range(3):
        places.know(f"party {at}", "CA")
    take(*(f"stranger {at}" for at in range(OF_ALL)))
    take(*(f"party {at}" for at in range(3) for _ in range(OF_ONE)))
    assert sum(places.party(one.network) == "CA" for one in places._taken) == OF_ONE


def test_an_address_is_known_once_a_signature_was_proven_there() -> None:
    asked = {"198.51.100.1": "US", "198.51.100.2": "", "198.51.100.3": "CA"}

    def inner(environ: Any, start: Any) -> list[bytes]:
        environ[apart.BY] = asked[environ["REMOTE_ADDR"]]
        return echo(environ, start)

    application = apart.Apart(inner, threads=1, seconds=5)

    async def whole() -> Any:
        return {"type": "http.request", "body": b"whole"}

    async def quiet(message: Any) -> None: ...

    async def ask() -> None:
        for address in asked:
            await application(_scope(address), whole, quiet)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, ask()).result()
    known = {address: application._places.party(address) for address in asked}
    assert known == asked
