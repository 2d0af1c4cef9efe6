"""Where all places at the entrance are taken: many addresses keep no Party out that is known."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from sharing.exchange import apart
from sharing.exchange.places import MOST_KNOWN, OF_ALL, Place, Places

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
    places.know("party")
    [party] = take("party")
    take(*(f"slow {at}" for at in range(OF_ALL - 1)))
    assert all(take(*(f"later {at}" for at in range(2 * OF_ALL))))
    assert party in places._taken
    assert len(places._taken) == OF_ALL


def test_a_known_address_takes_its_place_from_one_that_is_not(taken: Any) -> None:
    places, take = taken
    take(*(f"slow {at}" for at in range(OF_ALL)))
    for at in range(OF_ALL):
        places.know(f"party {at}")
    parties = take(*(f"party {at}" for at in range(OF_ALL)))
    assert places._taken == parties
    assert take("stranger") == [None]


def test_the_latest_are_known(taken: Any) -> None:
    places, _ = taken
    for at in range(MOST_KNOWN + 1):
        places.know(str(at))
    assert len(places._known) == MOST_KNOWN
    assert "0" not in places._known


def test_an_address_is_known_once_a_signature_was_proven_there() -> None:
    asked = {"198.51.100.1": "envelopes", "198.51.100.2": "log/checkpoint", "198.51.100.3": "files"}
    application = apart.Apart(echo, threads=1, seconds=5)

    async def whole() -> Any:
        return {"type": "http.request", "body": b"whole"}

    async def quiet(message: Any) -> None: ...

    async def ask() -> None:
        for address, what in asked.items():
            await application(_scope(address, what=what), whole, quiet)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, ask()).result()
    assert list(application._places._known) == ["198.51.100.1", "198.51.100.3"]
