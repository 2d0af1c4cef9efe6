"""What may not leave does not: what was recalled or narrowed, what is suspended or paused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cordillera.access.session import acting_as
from cordillera.parties import agreements, peers
from sharing.exchange import channels, delivery, sequencing, settling
from sharing.exchange.models import Item
from sharing.exchange.sending import drain
from sharing.exchange.troubles import Trouble
from sharing.records import actions
from tests.conftest import Cast

from ..foreign import Foreign, Line
from .sent import US, amended, an_alert, channel, items, recall


def said(mx: Foreign) -> str:
    return json.dumps(mx.items)


def causes(mx: Foreign) -> list[Any]:
    return [item.get("cause") or item.get("type") or item["number"] for item in mx.items]


def test_what_was_recalled_before_it_left_never_leaves(cast: Cast, mx: Foreign, line: Line) -> None:
    alert = an_alert(cast)
    sequencing.sequence(channel())
    recall(cast, alert)
    drain("US", "MX", line)
    assert causes(mx) == ["recalled", "recalled"]
    assert "Stencils" not in said(mx)
    assert [one.type for one in items()] == [Item.WITHDRAWAL, Item.WITHDRAWAL]


def test_a_recall_follows_what_it_recalls(cast: Cast, mx: Foreign, line: Line) -> None:
    alert = an_alert(cast)
    drain("US", "MX", line)
    recall(cast, alert)
    drain("US", "MX", line)
    assert causes(mx) == [1, "recalled"]
    assert mx.items[1]["reference"] == alert.reference


def test_a_recall_while_the_answer_is_lost_is_not_sent_with_what_it_recalls(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    line.faults.append(Trouble("timeout"))
    alert = an_alert(cast)
    drain("US", "MX", line)
    recall(cast, alert)
    assert drain("US", "MX", line, force=True).trouble == ""
    assert "Stencils" not in said(mx)
    assert causes(mx) == ["recalled", "recalled"]


def test_and_where_it_had_arrived_the_receipt_is_had_without_showing_it_again(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    line.lost.append(Trouble("timeout"))
    alert = an_alert(cast)
    drain("US", "MX", line)
    recall(cast, alert)
    assert drain("US", "MX", line, force=True).trouble == ""
    assert causes(mx) == [1, "recalled"]
    assert [one.outcome for one in items()] == ["applied", "applied"]


def test_narrowing_withdraws_and_widening_brings_the_version_in_force(
    cast: Cast, remote: dict[str, Foreign]
) -> None:
    lines = {code: Line(one) for code, one in remote.items()}
    alert = an_alert(cast, "MX")
    drain("US", "MX", lines["MX"])
    amended(cast, alert, "CA", "US", summary="For Canada now.")
    for code in ("MX", "CA"):
        drain("US", code, lines[code])
    assert causes(remote["MX"]) == [1, "narrowed"]
    assert remote["MX"].items[1]["number"] == 1
    assert causes(remote["CA"]) == [2]
    assert "For Canada" not in said(remote["MX"])


def test_a_ceiling_that_falls_holds_an_amendment_back_and_takes_nothing_away(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    alert = an_alert(cast)
    drain("US", "MX", line)
    amended(cast, alert, "MX", "US", summary="Not for Mexico.")
    agreements.change("US", "MX", highest_tlp="GREEN", kinds=None, personal_data=True)
    heard: list[str] = []

    def hear(sender: Any, happened: Any, **kwargs: Any) -> None:
        heard.extend(word for _, word in happened)

    settling.reached.connect(hear)
    drain("US", "MX", line)
    settling.reached.disconnect(hear)
    assert heard == ["held-back"]
    assert causes(mx) == [1, "report"]
    assert mx.items[1]["entries"] == []
    assert "Not for Mexico" not in said(mx)
    found = [(one.type, one.outcome, one.reason) for one in items()]
    assert found == [("version", "applied", ""), ("version", "applied", "over-ceiling")]
    with acting_as(US):
        assert [one.state for one in delivery.remote(US, alert)] == ["applied", "held"]


def test_once_the_ceiling_is_higher_again_the_next_amendment_goes(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    alert = an_alert(cast)
    agreements.change("US", "MX", highest_tlp="GREEN", kinds=None, personal_data=True)
    drain("US", "MX", line)
    agreements.change("US", "MX", highest_tlp="RED", kinds=None, personal_data=True)
    amended(cast, alert, "MX", "US", summary="For Mexico.")
    drain("US", "MX", line)
    assert causes(mx) == ["report", 2]
    with acting_as(US):
        assert [one.state for one in delivery.remote(US, alert)] == ["held", "applied"]


def test_a_record_that_expires_is_told(cast: Cast, mx: Foreign, line: Line) -> None:
    alert = an_alert(cast)
    drain("US", "MX", line)
    with acting_as(US):
        alert.refresh_from_db()
        actions.expire(record=alert, by=US)
    drain("US", "MX", line)
    assert causes(mx) == [1, "expiry"]


def test_a_locked_record_is_withdrawn(cast: Cast, mx: Foreign, line: Line) -> None:
    alert = an_alert(cast)
    drain("US", "MX", line)
    with acting_as(US):
        alert.refresh_from_db()
        actions.lock(record=alert, by=US)
    drain("US", "MX", line)
    assert causes(mx) == [1, "locked"]


def test_nothing_leaves_while_sharing_is_suspended(cast: Cast, mx: Foreign, line: Line) -> None:
    agreements.suspend("US", "MX", reason="a dispute")
    an_alert(cast)
    assert drain("US", "MX", line, force=True).items == 0
    assert mx.envelopes == []
    agreements.resume("US", "MX")
    assert drain("US", "MX", line).items == 1


def test_nothing_leaves_while_the_channel_is_paused(cast: Cast, mx: Foreign, line: Line) -> None:
    channels.pause(channel(), US)
    an_alert(cast)
    assert not channels.is_due("US", "MX") or drain("US", "MX", line).items == 0
    assert drain("US", "MX", line, force=True).items == 0
    channels.resume(channel(), US)
    assert drain("US", "MX", line).items == 1


def test_a_peer_that_fetches_is_not_pushed_to(cast: Cast, mx: Foreign, line: Line) -> None:
    peers.change("MX", mode="pull")
    an_alert(cast)
    assert channels.due("US") == ["CA"]  # the key set alone
    assert drain("US", "MX", line, force=True).items == 0


def test_nothing_is_sealed_with_a_suite_that_is_not_allowed(
    cast: Cast, mx: Foreign, line: Line, settings: Any
) -> None:
    settings.EXCHANGE_SUITES = ["HPKE-X25519-SHA256-AES256GCM"]
    an_alert(cast)
    assert drain("US", "MX", line).trouble == "unknown-suite"
    assert mx.envelopes == []


@pytest.mark.parametrize("party", ["CA"])
def test_a_record_for_one_party_is_nowhere_in_another_ones_channel(
    party: str, cast: Cast, remote: dict[str, Foreign]
) -> None:
    an_alert(cast, "MX")
    drain("US", party, Line(remote[party]))
    assert remote[party].envelopes == []
    assert items(party) == []
