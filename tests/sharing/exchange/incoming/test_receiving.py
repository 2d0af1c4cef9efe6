"""An envelope is taken in as a whole, in order, once, and answered with a signed receipt."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError

from audit.models import Entry
from cordillera.crypto import jws
from sharing.exchange import receiving
from sharing.exchange.formats.receipt import Receipt
from sharing.exchange.models import Channel, Item
from sharing.exchange.models import Receipt as Kept
from sharing.records.models import OutboxRow, Record, Version

from ..foreign import Foreign
from .conftest import Peers, alert, as_node, outcomes, record_of, send


def test_what_came_is_a_record_and_its_receipt_is_signed(us: Foreign) -> None:
    text = alert(us, "MX")
    answer = send(us, [text])
    assert outcomes(answer) == ["applied"]
    receipt = us.settle(answer.body)
    assert (receipt.by, receipt.to, receipt.applied_through) == ("MX", "US", 1)
    with as_node():
        record = Record.objects.get(pk=record_of(text))
        assert record.current.jws == text
        assert OutboxRow.objects.filter(recipient="MX", record_id=record.pk).count() == 1
        entry = Entry.objects.get(tag="envelope:apply")
        assert entry.about == "US 1/1-1"


def test_order_is_kept_and_the_channel_counts(us: Foreign) -> None:
    for _ in range(3):
        assert outcomes(send(us, [alert(us, "MX"), alert(us, "MX")])) == ["applied"] * 2
    with as_node():
        channel = Channel.objects.get()
        assert (channel.settled, channel.chain) == (6, us.sent["MX"].chain)
        assert list(Item.objects.values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6]
        assert not Item.objects.exclude(text="").exists()


def test_a_duplicate_gets_the_same_receipt_byte_for_byte(us: Foreign) -> None:
    data = us.envelope("MX", [alert(us, "MX")])
    first, again = receiving.receive(data), receiving.receive(data)
    assert first == again
    us.settle(first.body)
    send(us, [alert(us, "MX")])
    assert receiving.receive(data) == first
    with as_node():
        assert Version.objects.count() == 2


def test_a_gap_is_answered_with_the_number_that_is_wanted(us: Foreign) -> None:
    send(us, [alert(us, "MX")])
    ahead = us.envelope("MX", [alert(us, "MX")], manifest={"first": 5, "last": 5})
    answer = receiving.receive(ahead)
    receipt = us.settle(answer.body)
    assert answer.status == 409
    assert (receipt.expected, receipt.chain) == (2, us.sent["MX"].chain)
    assert outcomes(send(us, [alert(us, "MX")])) == ["applied"]


def test_another_history_for_the_same_number_is_refused_and_written_down(us: Foreign) -> None:
    send(us, [alert(us, "MX")])
    changes = {"first": 1, "last": 1, "previous": ""}
    answer = receiving.receive(us.envelope("MX", [alert(us, "MX")], manifest=changes))
    assert answer.status == 409
    assert us.settle(answer.body).refused == "sequence-reused"
    with as_node():
        entry = Entry.objects.get(tag="envelope:refuse")
        assert (entry.about, entry.detail["proven"]) == ("US", True)
        assert Version.objects.count() == 1
        assert Channel.objects.get().last_error == "sequence-reused"
    send(us, [alert(us, "MX")])
    with as_node():
        assert Channel.objects.get().last_error == ""


def test_another_history_before_is_refused(us: Foreign) -> None:
    send(us, [alert(us, "MX")])
    other = jws.digest("another manifest")
    answer = receiving.receive(us.envelope("MX", [alert(us, "MX")], manifest={"previous": other}))
    assert (answer.status, us.settle(answer.body).refused) == (409, "mismatch")


def test_a_new_epoch_begins_at_one_and_is_a_later_one(us: Foreign) -> None:
    send(us, [alert(us, "MX")])
    new = {"epoch": 2, "first": 1, "last": 1, "previous": ""}
    for wrong in ({"first": 2, "last": 2}, {"previous": us.sent["MX"].chain}):
        answer = receiving.receive(us.envelope("MX", [alert(us, "MX")], manifest={**new, **wrong}))
        assert (answer.status, us.settle(answer.body).expected) == (409, 2)
    assert outcomes(send(us, [alert(us, "MX")], manifest=new)) == ["applied"]
    assert outcomes(send(us, [alert(us, "MX")])) == ["applied"]
    with as_node():
        channel = Channel.objects.get()
        assert (channel.epoch, channel.settled) == (2, 2)


def test_an_epoch_that_an_older_backup_here_has_not_seen_may_be_passed_over(us: Foreign) -> None:
    send(us, [alert(us, "MX")])
    new = {"epoch": 7, "first": 1, "last": 1, "previous": ""}
    assert outcomes(send(us, [alert(us, "MX")], manifest=new)) == ["applied"]
    old = us.envelope("MX", [alert(us, "MX")], manifest={**new, "epoch": 6})
    assert receiving.receive(old).status == 409


def test_the_channels_of_two_senders_are_apart(us: Foreign, ca: Foreign) -> None:
    assert outcomes(send(us, [alert(us, "MX")])) == ["applied"]
    assert outcomes(send(ca, [alert(ca, "MX"), alert(ca, "MX")])) == ["applied"] * 2
    with as_node():
        assert dict(Channel.objects.values_list("sender", "settled")) == {"CA": 2, "US": 1}


BREAKING = [
    "sharing.exchange.models.Receipt.objects.create",
    "sharing.exchange.receiving.bulk.insert",
    "sharing.exchange.models.Channel.save",
    "sharing.exchange.receiving.log.write",
    "sharing.exchange.refusals.sign",
    "sharing.records.outbox.pass_on",
]


@pytest.mark.parametrize("broken", BREAKING)
def test_what_cannot_be_written_whole_is_not_written_at_all(
    us: Foreign, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("no space left on device")

    data = us.envelope("MX", [alert(us, "MX")])
    with monkeypatch.context() as patch:
        patch.setattr(broken, fail)
        answer = receiving.receive(data)
    assert (answer.status, answer.headers) == (503, {"Retry-After": "2"})
    with as_node():
        for model in (Record, Version, OutboxRow, Item, Kept):
            assert not model.objects.exists()
    with as_node(sender="US"):
        assert not Record.objects.exists()
    assert outcomes(receiving.receive(data)) == ["applied"]


def test_one_item_that_the_database_objects_to_does_not_hold_up_the_others(
    us: Foreign, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sharing.records import projection

    texts = [alert(us, "MX") for _ in range(9)]
    poison = record_of(texts[4])
    write = projection.write

    def refuse(pairs: Any, **new: Any) -> None:
        if any(record.pk == poison for record, _ in pairs):
            raise IntegrityError("a trigger says no")
        write(pairs, **new)

    with monkeypatch.context() as patch:
        patch.setattr(projection, "write", refuse)
        found = outcomes(send(us, texts))
    assert found == ["applied"] * 4 + ["schema"] + ["applied"] * 4
    with as_node():
        assert Record.objects.count() == 8
        assert Item.objects.get(outcome="refused").text == texts[4]


def test_the_log_of_a_flood_stays_small(us: Foreign) -> None:
    for _ in range(120):
        assert receiving.receive(b"\0\0\0\4ABCD....").status == 400
    with as_node():
        entries = Entry.objects.filter(tag="envelope:refuse")
        assert sorted(entry.detail["count"] for entry in entries) == [1, 10, 100]


def test_a_problem_says_the_code_and_carries_the_signed_refusal(us: Foreign) -> None:
    data = us.envelope("MX", [alert(us, "MX")], inside=[alert(us, "MX")])
    answer = receiving.receive(data)
    problem = json.loads(answer.body)
    assert (answer.status, answer.content_type) == (400, "application/problem+json")
    assert problem["type"] == "urn:cordillera:problem:mismatch"
    refusal = Receipt.read(problem["refusal"], us.known["MX"].signer)
    assert (refusal.refused, refusal.applied_through) == ("mismatch", 0)


def test_a_second_signature_is_wanted_of_who_has_the_key(parties: Any) -> None:
    us = Peers(["MX"], second=True).US
    assert outcomes(send(us, [alert(us, "MX")])) == ["applied"]
    us.second = False
    answer = receiving.receive(us.envelope("MX", [alert(us, "MX")]))
    assert json.loads(answer.body)["type"].endswith("bad-signature")
