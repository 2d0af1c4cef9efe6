"""Asking the others to witness this node's log."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from audit import keys, witnesses
from audit.queries import witness_states
from cordillera.parties import peers
from sharing.exchange import witnessing
from sharing.exchange.troubles import Trouble

from ..foreign_log import ForeignLog
from .conftest import (
    Way,
    add,
    findings,
    write_entries,
)


@pytest.mark.django_db(transaction=True)
def test_a_busy_witness_is_left_alone_as_long_as_it_asks(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witnessing, "_resting", {})
    write_entries()
    [name] = witnesses.due()
    way.trouble, way.after = "busy", 100.0
    witnessing.cosign(name)
    [state] = witness_states()
    assert state.next_at is not None
    assert 95 < (state.next_at - datetime.now(UTC)).total_seconds() < 125
    [peer] = peers.enrolled().filter(party_id="US")
    for _ in range(2):
        with pytest.raises(Trouble):
            witnessing.gather(peer)
    assert len(way.read) == 1


@pytest.mark.django_db(transaction=True)
def test_the_peer_s_witness_is_asked_until_it_has_all(way: Way) -> None:
    write_entries()
    [name] = witnesses.due()
    witnessing.cosign(name)
    [state] = witness_states()
    assert (state.party, state.state, state.required) == ("US", "current", True)
    assert len(way.to.asked) == 1
    witnessing.cosign(name)
    assert len(way.to.asked) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("proves", "state"), [(False, "claims"), (True, "disproved")])
def test_what_a_witness_says_of_our_log_wants_its_checkpoint(
    way: Way, monkeypatch: pytest.MonkeyPatch, proves: bool, state: str
) -> None:
    write_entries()
    origin, private = keys.log_key()
    monkeypatch.setattr(way, "post_checkpoint", lambda address, body: (409, b"40\n"))
    if proves:
        way.show(ForeignLog(origin, private=private), 40)
    witnessing.cosign("us.example/audit/witness")
    assert [one.state for one in witness_states()] == [state]
    assert findings() == (["rolled-back"] if proves else ["claims"])


@pytest.mark.django_db(transaction=True)
def test_a_silent_witness_waits_until_it_is_heard_from(way: Way) -> None:
    write_entries()
    way.trouble = "unreachable"
    witnessing.cosign("us.example/audit/witness")
    assert [one.state for one in witness_states()] == ["unreachable"]
    assert witnesses.due() == []
    way.trouble = ""
    witnessing.cosign("us.example/audit/witness")
    assert way.to.asked == []
    add(way.to.body(0, 5))
    assert witnesses.due() == ["us.example/audit/witness"]


@pytest.mark.django_db(transaction=True)
def test_a_checkpoint_that_is_shown_again_is_no_sign_of_life(way: Way) -> None:
    write_entries()
    add(way.to.body(0, 5))
    way.trouble = "unreachable"
    witnessing.cosign("us.example/audit/witness")
    assert add(way.to.body(5, 5)).status_code == 200
    assert witnesses.due() == []
    add(way.to.body(5, 6))
    assert witnesses.due() == ["us.example/audit/witness"]
