"""A node that accepts no inbound connection fetches, and takes in by the same checks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from cordillera import clock
from cordillera.parties import peers
from sharing.exchange import alerting, board, pulling, receiving
from sharing.exchange.answers import JOSE
from sharing.exchange.formats.envelope import MEDIA_TYPE
from sharing.exchange.formats.pull import Pull
from sharing.exchange.models import Channel
from sharing.exchange.troubles import Trouble
from sharing.records.models import Record
from tests.conftest import Cast

from ..foreign import Foreign
from .conftest import alert, as_node


class Shelf:
    """The node of a peer that hands out what is fetched: one batch until it is receipted."""

    def __init__(self, peer: Foreign, *batches: list[str]) -> None:
        self.peer, self.batches = peer, list(batches)
        self.asked: list[Pull] = []
        self.data = b""
        self.key_set = ""

    def post_envelope(self, address: str, data: bytes) -> tuple[int, bytes]:
        raise AssertionError("nothing is pushed here")

    def post_key_set(self, address: str, text: str, to: str) -> tuple[int, bytes]:
        raise AssertionError("nothing is pushed here")

    def post_pull(self, address: str, text: str) -> tuple[int, bytes, Mapping[str, str]]:
        asked = Pull.read(text, self.peer.known["MX"].signer)
        self.asked.append(asked)
        for receipt in asked.receipts:
            if self.peer.settle(receipt).results:
                self.batches.pop(0)
        if self.key_set and asked.keyset < len(self.peer.key_sets):
            return 200, self.key_set.encode(), {"Content-Type": JOSE}
        if not self.batches:
            return 204, b"", {}
        return 200, self.peer.envelope("MX", self.batches[0]), {"Content-Type": MEDIA_TYPE}


def test_everything_that_waits_is_fetched_and_receipted(us: Foreign) -> None:
    shelf = Shelf(us, [alert(us, "MX"), alert(us, "MX")], [alert(us, "MX")])
    done = pulling.pull("MX", "US", shelf)
    assert (done.envelopes, done.trouble, done.more) == (2, "", False)
    assert [(one.after, len(one.receipts)) for one in shelf.asked] == [(0, 0), (2, 1), (3, 1)]
    with as_node():
        assert Record.objects.count() == 3
        assert Channel.objects.get(sender="US").settled == 3
    assert pulling.pull("MX", "US", shelf).envelopes == 0


def test_a_receipt_that_got_lost_is_given_again(
    us: Foreign, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(us, [alert(us, "MX")])
    envelope = us.envelope("MX", shelf.batches[0])
    receiving.receive(envelope)
    monkeypatch.setattr(us, "envelope", lambda *args: envelope)
    done = pulling.pull("MX", "US", shelf)
    assert (done.envelopes, done.trouble) == (1, "")
    assert len(shelf.asked[-1].receipts) == 1


def test_a_peer_that_hands_out_the_same_for_ever_is_left_alone(us: Foreign) -> None:
    envelope = us.envelope("MX", [alert(us, "MX")])

    class Stuck(Shelf):
        def post_pull(self, address: str, text: str) -> tuple[int, bytes, Mapping[str, str]]:
            return 200, envelope, {}

    assert pulling.pull("MX", "US", Stuck(us)).trouble == "answer"


def test_a_newer_key_set_comes_first(us: Foreign) -> None:
    us.make("signing")
    shelf = Shelf(us, [alert(us, "MX")])
    shelf.key_set = us.issue()
    done = pulling.pull("MX", "US", shelf)
    assert (done.envelopes, done.trouble) == (1, "")
    assert [one.keyset for one in shelf.asked] == [1, 2, 2]


def test_a_peer_that_hands_out_an_old_key_set_is_left_alone(us: Foreign) -> None:
    class Stuck(Shelf):
        def post_pull(self, address: str, text: str) -> tuple[int, bytes, Mapping[str, str]]:
            return 200, self.peer.key_set.encode(), {"Content-Type": JOSE}

    assert pulling.pull("MX", "US", Stuck(us)).trouble == "answer"
    forged = Foreign("US")
    assert pulling.pull("MX", "US", Stuck(forged), force=True).trouble == "bad-signature"


@pytest.mark.parametrize("status", [400, 403, 500, 503])
def test_a_peers_trouble_is_told_and_not_raised(us: Foreign, status: int) -> None:
    class Failing(Shelf):
        def post_pull(self, address: str, text: str) -> tuple[int, bytes, Mapping[str, str]]:
            return status, b"{}", {}

    assert pulling.pull("MX", "US", Failing(us)).trouble == f"http-{status}"


@pytest.mark.parametrize(("after", "least"), [(40.0, 39), (None, 0)])
def test_a_peer_is_left_alone_after_a_failure_as_long_as_it_asks(
    us: Foreign, after: float | None, least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Busy(Shelf):
        def post_pull(self, address: str, text: str) -> tuple[int, bytes, Mapping[str, str]]:
            raise Trouble("busy", after=after)

    shelf = Shelf(us, [alert(us, "MX")])
    pulling.pull("MX", "US", Busy(us))
    with as_node():
        [row] = board.rows("MX")
        assert (row.state, row.channel.last_error) == ("failing", "busy")
        assert row.channel.next_try_at is not None
        assert (row.channel.next_try_at - clock.now()).total_seconds() > least
    pulling.pull("MX", "US", shelf)
    assert shelf.asked == []
    with clock.at(row.channel.next_try_at):
        assert pulling.pull("MX", "US", shelf).envelopes == 1
    with as_node():
        [row] = board.rows("MX")
        assert (row.state, row.channel.attempts) == ("idle", 0)


def test_the_administrators_are_told_that_nothing_can_be_fetched(
    us: Foreign, cast: Cast, settings: Any
) -> None:
    class Away(Shelf):
        def post_pull(self, address: str, text: str) -> tuple[int, bytes, Mapping[str, str]]:
            raise Trouble("unreachable", "no route")

    pulling.pull("MX", "US", Away(us))
    assert alerting.watch("MX") == 0
    with clock.at(clock.now() + timedelta(seconds=settings.EXCHANGE_ALERT_SECONDS + 1)):
        assert alerting.watch("MX") == 1
        assert alerting.watch("MX") == 0


def test_a_peer_that_cannot_be_reached(us: Foreign) -> None:
    class Away(Shelf):
        def post_pull(self, address: str, text: str) -> tuple[int, bytes, Mapping[str, str]]:
            raise Trouble("unreachable", "no route")

    assert pulling.pull("MX", "US", Away(us)).trouble == "unreachable"
    assert pulling.pull("MX", "BR", Away(us)).trouble == "unknown-sender"


def test_it_is_for_nodes_that_say_so(us: Foreign, settings: Any) -> None:
    peers.set_address("US", "http://127.0.0.1:9")
    assert pulling.due() == []
    settings.EXCHANGE_FETCHES = True
    assert pulling.due() == [("MX", "US")]
