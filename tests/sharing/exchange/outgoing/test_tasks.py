"""The doorbell and the sweep: what is due is rung for, what is not is left alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cordillera import clock
from sharing.exchange import channels, introducing, sending, tasks, transport
from sharing.exchange.troubles import Trouble
from tests.conftest import Cast

from ..foreign import Foreign, Line
from .sent import an_alert, channel


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What was rung, instead of a worker."""
    heard: list[tuple[Any, ...]] = []
    monkeypatch.setattr(tasks, "ring", lambda *args: heard.append(args))
    return heard


@pytest.fixture
def lines(remote: dict[str, Foreign], monkeypatch: pytest.MonkeyPatch) -> dict[str, Line]:
    """All ways lead to the foreign nodes."""
    made = {code: Line(one) for code, one in remote.items()}
    monkeypatch.setattr(transport, "to", lambda peer: made[peer.party_id])
    return made


def test_the_sweep_rings_for_what_is_due(
    cast: Cast, lines: dict[str, Line], rung: list[tuple[Any, ...]]
) -> None:
    an_alert(cast)
    for code in ("MX", "CA"):
        tasks.drain("US", code)
    tasks.sweep()
    assert rung == []
    an_alert(cast)
    tasks.sweep()
    assert rung == [("exchange.drain", "US", "MX")]


def test_the_sweep_leaves_a_failing_channel_until_its_time(
    cast: Cast, lines: dict[str, Line], rung: list[tuple[Any, ...]]
) -> None:
    tasks.drain("US", "CA")
    an_alert(cast)
    lines["MX"].faults.append(Trouble("unreachable"))
    tasks.drain("US", "MX")
    tasks.sweep()
    assert rung == []
    with clock.at(clock.now() + timedelta(minutes=6)):
        tasks.sweep()
    assert rung == [("exchange.drain", "US", "MX")]


def test_new_keys_are_presented_to_every_peer(
    cast: Cast, lines: dict[str, Line], rung: list[tuple[Any, ...]]
) -> None:
    tasks.keysets()
    assert rung == [("exchange.drain", "US", "CA"), ("exchange.drain", "US", "MX")]


def test_a_long_drain_lets_others_pass_and_goes_on(
    cast: Cast, lines: dict[str, Line], rung: list[tuple[Any, ...]], settings: Any
) -> None:
    settings.EXCHANGE_BATCH_ITEMS = 1
    for _ in range(3):
        an_alert(cast)
    tasks.drain("US", "MX")
    rung.clear()
    settings.EXCHANGE_TURN_SECONDS = 0
    for _ in range(2):
        an_alert(cast)
    tasks.drain("US", "MX")
    assert rung == [("exchange.drain", "US", "MX")]
    settings.EXCHANGE_TURN_SECONDS = 15
    tasks.drain("US", "MX")
    assert channel().settled == 5


@pytest.mark.parametrize(("sender", "recipient"), [("MX", "US"), ("US", "US"), ("US", "FR")])
def test_only_our_own_channels_to_peers_are_drained(
    sender: str, recipient: str, cast: Cast, lines: dict[str, Line]
) -> None:
    tasks.drain(sender, recipient)
    assert sending.drain(sender, recipient).items == 0
    assert not channels.is_due("US", "FR")


def test_a_peer_that_shows_its_key_set_is_sent_at_once_what_it_could_not_get(
    cast: Cast, lines: dict[str, Line], rung: list[tuple[Any, ...]]
) -> None:
    tasks.drain("US", "CA")
    an_alert(cast)
    lines["MX"].faults.append(Trouble("unreachable"))
    tasks.drain("US", "MX")
    tasks.sweep()
    assert rung == []
    assert introducing.take(lines["MX"].to.key_set.encode(), "US").status == 200
    tasks.sweep()
    assert rung == [("exchange.drain", "US", "MX")]


def test_a_node_that_starts_greets_peers_that_hold_its_key_set_already(
    cast: Cast, lines: dict[str, Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in ("MX", "CA"):
        tasks.drain("US", code)
    greeted = []

    def post(line: Line, address: str, text: str, to: str) -> tuple[int, bytes]:
        greeted.append(to)
        if to == "CA":
            raise Trouble("unreachable")
        return line.to.take_key_set(text)

    monkeypatch.setattr(Line, "post_key_set", post)
    tasks.greet()
    assert sorted(greeted) == ["CA", "MX"]
