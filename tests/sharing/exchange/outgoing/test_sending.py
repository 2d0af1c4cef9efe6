"""What is released reaches the peer: in order, once in effect, whatever happens on the way."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from audit.models import Entry
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto import jws
from cordillera.events.models import Event
from cordillera.parties import keysets, peers
from cordillera.parties.keys import rotate, sign_once
from sharing.exchange import receipts, sequencing, settling
from sharing.exchange.models import Item, Receipt
from sharing.exchange.sending import drain
from sharing.exchange.troubles import Trouble
from sharing.records.models import OutboxRow
from tests.conftest import Cast

from ..foreign import Foreign, Line
from .sent import US, amended, an_alert, channel, items, recall


def test_a_release_arrives_with_its_receipt(cast: Cast, mx: Foreign, line: Line) -> None:
    alert = an_alert(cast)
    done = drain("US", "MX", line)
    assert (done.items, done.trouble) == (1, "")
    assert mx.items[0]["record"] == str(alert.pk)
    (item,) = items()
    assert (item.seq, item.outcome, item.reference) == (1, "applied", alert.reference)
    with acting_as(US):
        receipt = Receipt.objects.get()
        assert item.receipt_id == receipt.pk
        assert receipts.verified(receipt.jws, "MX").applied_through == 1
        assert OutboxRow.objects.get().arrived_at
        assert Event.objects.filter(topic="record", thing=str(alert.pk)).exists()
        administrators = Event.objects.filter(topic="channels").last()
        assert administrators is not None
        assert administrators.named == [cast.admin.pk]


def test_the_receipt_is_in_the_log(cast: Cast, line: Line) -> None:
    an_alert(cast)
    drain("US", "MX", line)
    with acting_as(Identity("US", uuid4(), "Auditor", frozenset({"auditor"}))):
        entry = Entry.objects.get(tag="envelope:receipt")
    assert (entry.about, entry.detail["first"], entry.detail["others"]) == ("US-MX", 1, [])


def test_versions_keep_their_order_over_many_envelopes(
    cast: Cast, mx: Foreign, line: Line, settings: Any
) -> None:
    settings.EXCHANGE_BATCH_ITEMS = 2
    first, second = an_alert(cast), an_alert(cast)
    amended(cast, first, "MX", "US", summary="Now with the mill's name.")
    third = an_alert(cast)
    assert drain("US", "MX", line).envelopes == 2
    assert [(one["record"], one["number"]) for one in mx.items] == [
        (str(first.pk), 1),
        (str(second.pk), 1),
        (str(first.pk), 2),
        (str(third.pk), 1),
    ]
    assert [one.seq for one in items()] == [1, 2, 3, 4]


def test_each_peer_has_its_own_channel(cast: Cast, remote: dict[str, Foreign]) -> None:
    an_alert(cast, "MX")
    both = an_alert(cast, "MX", "CA")
    for code in ("MX", "CA"):
        drain("US", code, Line(remote[code]))
    assert [one["record"] for one in remote["CA"].items] == [str(both.pk)]
    assert len(remote["MX"].items) == 2


def test_a_batch_is_bounded_in_bytes(cast: Cast, mx: Foreign, line: Line, settings: Any) -> None:
    settings.EXCHANGE_BATCH_BYTES = 4000
    for _ in range(3):
        an_alert(cast)
    done = drain("US", "MX", line)
    assert (done.items, done.envelopes) == (3, len(mx.envelopes))
    assert done.envelopes > 1


def test_a_lost_answer_means_the_very_same_batch_again(cast: Cast, mx: Foreign, line: Line) -> None:
    an_alert(cast)
    line.lost.append(Trouble("timeout"))
    assert drain("US", "MX", line).trouble == "timeout"
    an_alert(cast)
    assert drain("US", "MX", line, force=True).items == 2
    first, again, _rest = (mx.open(data)[0].manifest for data in mx.envelopes)
    assert first == again
    assert len(mx.items) == 2


@pytest.mark.parametrize("what", ["put_outcomes", "log", "tell"])
def test_a_receipt_is_written_down_whole_or_not_at_all(
    what: str, cast: Cast, mx: Foreign, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_alert(cast)
    with monkeypatch.context() as broken:
        broken.setattr(settling, f"_{what}", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            drain("US", "MX", line)
    assert (channel().settled, [one.outcome for one in items()]) == (0, [""])
    with acting_as(US):
        assert not Receipt.objects.exists()
        assert OutboxRow.objects.get().arrived_at is None
    assert drain("US", "MX", line).items == 1
    assert len(mx.items) == 1


def test_rows_are_numbered_once_and_without_gaps(cast: Cast, parties: Any) -> None:
    for _ in range(3):
        an_alert(cast)
    found = channel()
    assert sequencing.sequence(found) == 3
    assert sequencing.sequence(found) == 0
    with acting_as(US):
        assert list(OutboxRow.objects.order_by("id").values_list("seq", flat=True)) == [1, 2, 3]


def test_refused_and_waiting_items_do_not_block_the_others(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    answers = iter([("refused", "schema"), ("waiting", "unknown-about"), ("applied", None)])
    mx.judge = lambda item: next(answers)
    for _ in range(3):
        an_alert(cast)
    drain("US", "MX", line)
    assert [(one.outcome, one.reason) for one in items()] == [
        ("refused", "schema"),
        ("waiting", "unknown-about"),
        ("applied", ""),
    ]
    assert channel().settled == 3


def test_our_newer_key_set_goes_first(cast: Cast, mx: Foreign, line: Line) -> None:
    an_alert(cast)
    drain("US", "MX", line)
    rotate("US")
    an_alert(cast)
    assert drain("US", "MX", line).items == 1
    ours = keysets.current("US")
    assert ours is not None
    assert peers.acknowledged("MX", "US") == ours.number == mx.known["US"].number


def test_a_key_set_goes_without_any_record(parties: Any, mx: Foreign, line: Line) -> None:
    assert drain("US", "MX", line).trouble == ""
    assert peers.acknowledged("MX", "US") == 1
    assert mx.envelopes == []


def test_a_second_signature_where_we_have_a_key_for_it(cast: Cast, mx: Foreign, line: Line) -> None:
    rotate("US", use="signing-pq")
    an_alert(cast)
    assert drain("US", "MX", line).items == 1
    assert mx.open(mx.envelopes[0])[0].second
    sign_once("US")
    an_alert(cast)
    assert drain("US", "MX", line).items == 1
    assert mx.open(mx.envelopes[1])[0].second is None


def test_only_who_is_named_hears_of_a_red_record(cast: Cast, mx: Foreign, line: Line) -> None:
    an_alert(cast, tlp="RED", named=[str(cast.originator.pk), str(cast.recipient.pk)])
    drain("US", "MX", line)
    with acting_as(US):
        told = Event.objects.filter(topic="record").last()
        assert told is not None
        assert told.named
        assert cast.admin.pk not in told.named


def test_statements_survive_a_rotation_while_they_wait(cast: Cast, mx: Foreign, line: Line) -> None:
    recall(cast, an_alert(cast))
    sequencing.sequence(channel())
    rotate("US")
    drain("US", "MX", line)
    assert [one.type for one in items()] == [Item.WITHDRAWAL, Item.WITHDRAWAL]
    newest = keysets.manifest_key("US", None).kid
    opened, _ = mx.open(mx.envelopes[0])
    assert {jws.kid_of(item) for item in opened.items} == {newest}
