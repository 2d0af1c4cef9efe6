"""A recipient that lies in its answers: what it got stays proven, and nothing comes to a halt."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cordillera.access.identity import AUDITOR, Identity
from cordillera.access.session import acting_as
from cordillera.crypto import jws
from cordillera.parties import agreements
from sharing.exchange import board, channels, delivery, later
from sharing.exchange.formats.receipt import Receipt as Signed
from sharing.exchange.models import Channel, Item, Receipt
from sharing.exchange.sending import drain
from sharing.exchange.troubles import Trouble
from sharing.oversight.models import Disclosure
from tests.conftest import Cast

from ..foreign import Foreign, Line, Stream
from ..logged import logged
from .sent import US, an_alert, channel, items


def lost_all(mx: Foreign) -> Any:
    """It says that it has nothing of this epoch (any more)."""

    def answer(data: bytes) -> tuple[int, bytes]:
        opened, manifest = mx.open(data)
        mx.receipts.clear()
        mx.came["US"] = Stream()
        return 409, mx.gap(manifest, jws.digest(opened.manifest)).encode()

    return answer


def receipts() -> list[Receipt]:
    with acting_as(US):
        return list(Receipt.objects.order_by("id"))


def test_who_says_that_he_lost_it_has_receipted_it_all_the_same(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    an_alert(cast)
    drain("US", "MX", line)
    [proof] = receipts()
    an_alert(cast)
    line.faults.append(lost_all(mx))
    assert drain("US", "MX", line).trouble == ""
    assert proof in receipts()
    assert all(delivery.verifies(one) for one in receipts())
    assert channel().settled == channel().sequenced == 2
    said = Signed.peek(logged("US", "channel:rewind")[0].detail["receipt"])
    assert (said.by, said.expected) == ("MX", 1)


def test_who_loses_the_same_again_and_again_is_not_sent_it_for_ever(
    cast: Cast, mx: Foreign, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sharing.exchange.settling.MOST_LOST", 3)
    said = []
    for fault in (None, *[lost_all(mx)] * 3):
        an_alert(cast)
        line.faults += [fault] if fault else []
        said.append(drain("US", "MX", line).trouble)
    assert said == ["", "", "", "gap"]
    assert len(logged("US", "channel:rewind")) == 2


def test_an_answer_with_characters_that_no_database_keeps_is_an_answer(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    an_alert(cast)
    said = {"type": "urn:cordillera:problem:busy", "detail": "a\x00\ud800\nb"}
    line.faults.append((503, json.dumps(said).encode()))
    assert drain("US", "MX", line).trouble == "busy"
    assert channel().attempts == 1
    assert channel().last_detail.isprintable()


def test_no_epoch_follows_the_last_one(cast: Cast, mx: Foreign, line: Line) -> None:
    def answer(data: bytes) -> tuple[int, bytes]:
        opened, manifest = mx.open(data)
        end = {"epoch": 2**31 - 1, "expected": 1, "chain": ""}
        mx.came.setdefault("US", Stream())
        return 409, mx.gap(manifest, jws.digest(opened.manifest), **end).encode()

    an_alert(cast)
    channels.restart(channel())
    line.faults.append(answer)
    assert drain("US", "MX", line).trouble == "gap"
    assert channel().last_error == "gap"


def test_after_the_last_epoch_a_channel_stops_and_nothing_overflows(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    an_alert(cast)
    channels.restart(channel())
    with acting_as(US):
        Item.objects.update(epoch=later.LAST_EPOCH)
        Channel.objects.update(epoch=later.LAST_EPOCH)
    with pytest.raises(Trouble, match="no epoch follows"):
        channels.restart(channel())
    with acting_as(US):
        assert not later.begin_later(channel(), later.LAST_EPOCH + 1)
    assert channel().epoch == later.LAST_EPOCH


def another_history(mx: Foreign) -> Any:
    """It says that it has this epoch already, and not as it was sent."""

    def answer(data: bytes) -> tuple[int, bytes]:
        opened, manifest = mx.open(data)
        mx.came.setdefault("US", Stream())
        had = {"epoch": manifest.epoch, "expected": 1, "chain": jws.digest("another")}
        return 409, mx.gap(manifest, jws.digest(opened.manifest), **had).encode()

    return answer


def test_who_always_has_another_history_is_not_sent_a_new_epoch_for_ever(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    an_alert(cast)
    channels.restart(channel())
    line.faults += [another_history(mx)] * 20
    assert drain("US", "MX", line).trouble == "lost"
    assert drain("US", "MX", line, force=True).envelopes == 0
    assert (channel().epoch, len(line.faults)) == (2 + later.MOST, 20 - later.MOST - 1)
    assert [len(logged("US", f"channel:{tag}")) for tag in ("later-epoch", "stop")] == [1, 1]
    with acting_as(US):
        [row] = board.rows("US")
    assert (row.state, row.is_resumable) == ("stopped", True)


def test_it_goes_on_when_the_administrator_resumes_it(
    cast: Cast, mx: Foreign, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later, "MOST", 1)
    an_alert(cast)
    channels.restart(channel())
    line.faults += [another_history(mx)] * 2
    assert drain("US", "MX", line).trouble == "lost"
    mx.came["US"].epoch = channel().epoch - 1  # it is mended
    channels.resume(channel())
    assert drain("US", "MX", line).items == 1
    assert channel().last_error == ""


def test_what_is_refused_lost_and_refused_again_is_told_once(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    an_alert(cast)
    mx.judge = lambda item: ("refused", "schema")
    drain("US", "MX", line)
    an_alert(cast)
    line.faults.append(lost_all(mx))
    assert drain("US", "MX", line).items == 2
    lines = refusals("US")
    assert len(lines) == len(set(lines)) == 2


def refusals(party: str) -> list[tuple[Any, str]]:
    """Record and reason of the ledger's lines."""
    with acting_as(Identity(party, None, "", frozenset({AUDITOR}))):
        found = Disclosure.objects.filter(event=Disclosure.REFUSED)
        return list(found.values_list("record_id", "reason"))


# --- Ceilings that came later -----------------------------------------------------------------


def cap() -> None:
    agreements.change("US", "MX", highest_tlp="GREEN", kinds=None, personal_data=True)


def test_what_was_capped_before_it_left_never_leaves(cast: Cast, mx: Foreign, line: Line) -> None:
    agreements.suspend("US", "MX", reason="talks")
    an_alert(cast)
    cap()
    agreements.resume("US", "MX")
    assert drain("US", "MX", line).trouble == ""
    assert "Stencils" not in json.dumps(mx.items)
    assert [(one.type, one.reason) for one in items()] == [(Item.VERSION, "over-ceiling")]


def test_what_is_under_way_when_it_is_capped_is_not_shown_again(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    an_alert(cast)
    line.faults.append((503, b"{}"))
    drain("US", "MX", line)
    cap()
    assert drain("US", "MX", line, force=True).trouble == ""
    assert "Stencils" not in json.dumps(mx.items)


def test_a_channel_that_begins_anew_does_not_release_what_is_capped_now(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    alert = an_alert(cast)
    an_alert(cast, tlp="GREEN")
    drain("US", "MX", line)
    cap()
    mx.items.clear()
    channels.restart(channel())
    assert drain("US", "MX", line).trouble == ""
    assert [item["handling"]["tlp"] for item in mx.items] == ["GREEN"]
    assert str(alert.pk) not in json.dumps(mx.items)


def test_kinds_that_are_capped_are_those_of_what_is_answered(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    an_alert(cast)
    agreements.change("US", "MX", highest_tlp="RED", kinds=["offence_alert"], personal_data=True)
    drain("US", "MX", line)
    assert [item["kind"] for item in mx.items] == ["offence_alert"]
