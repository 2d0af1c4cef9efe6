"""A peer that is away, answers rubbish or lies: what is tried again, what stops, what is believed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cordillera import clock
from cordillera.access.session import acting_as
from cordillera.parties import keysets, peers
from cordillera.parties.keys import rotate, sign_once
from sharing.exchange import channels
from sharing.exchange.formats.manifest import item_hash
from sharing.exchange.formats.receipt import Result
from sharing.exchange.models import Item, Receipt
from sharing.exchange.sending import drain
from sharing.exchange.troubles import Trouble
from tests.conftest import Cast

from ..foreign import Foreign, Line, Stream
from .sent import US, an_alert, channel, items, recall


def test_tries_grow_apart_and_success_forgets_them(cast: Cast, line: Line) -> None:
    an_alert(cast)
    line.faults += [Trouble("unreachable", "refused")] * 9
    longest = []
    for _ in range(9):
        assert drain("US", "MX", line, force=True).trouble == "unreachable"
        found = channel()
        assert found.next_try_at is not None
        longest.append(found.next_try_at - clock.now())
        assert not channels.is_due("US", "MX")
    assert found.attempts == 9
    assert max(longest) <= timedelta(seconds=300)
    assert (found.last_error, found.last_detail) == ("unreachable", "refused")
    drain("US", "MX", line, force=True)
    found = channel()
    assert (found.attempts, found.failing_since, found.next_try_at, found.last_error) == (
        0,
        None,
        None,
        "",
    )


def test_it_is_due_again_when_its_time_has_come(cast: Cast, line: Line) -> None:
    an_alert(cast)
    line.faults.append(Trouble("unreachable"))
    drain("US", "MX", line)
    with clock.at(clock.now() + timedelta(seconds=301)):
        assert channels.is_due("US", "MX")
    with clock.at(clock.now() - timedelta(hours=1)):
        assert channels.is_due("US", "MX")  # the clock was put back


def test_and_at_once_when_the_peer_is_heard(
    cast: Cast, line: Line, django_capture_on_commit_callbacks: Any
) -> None:
    an_alert(cast)
    line.faults.append(Trouble("unreachable"))
    drain("US", "MX", line)
    with django_capture_on_commit_callbacks() as rung:
        channels.heard("MX", "US")
    assert len(rung) == 1
    assert channels.is_due("US", "MX")
    assert channel().heard_at


RUBBISH = [
    (200, b""),
    (200, b"OK"),
    (200, b"a.b.c"),
    (200, b"\xff\xfe\xfd"),
    (200, b"[" * 100_000),
    (200, b'{"refusal": 1}'),
    (404, b"<html>"),
    (500, b"{}"),
    (503, b'{"type":"urn:cordillera:problem:busy"}'),
    (400, b'{"type":"urn:cordillera:problem:sequence-reused"}'),
    (409, b'{"type":"urn:cordillera:problem:gap"}'),
    (302, b""),
]


@pytest.mark.parametrize("answer", RUBBISH, ids=range(len(RUBBISH)))
def test_rubbish_is_tried_again_and_stops_nothing(
    answer: tuple[int, bytes], cast: Cast, mx: Foreign, line: Line
) -> None:
    an_alert(cast)
    line.faults.append(answer)
    assert drain("US", "MX", line).trouble
    assert channel().next_try_at
    assert drain("US", "MX", line, force=True).items == 1
    assert len(mx.items) == 1


def applied(*numbers: int) -> tuple[Result, ...]:
    return tuple(Result(number, "applied") for number in numbers)


def answering(mx: Foreign, **changes: Any) -> Any:
    """A recipient's answer that is right but for `changes`."""

    def answer(data: bytes) -> tuple[int, bytes]:
        opened, manifest = mx.open(data)
        chain = changes.get("chain_of") or item_hash(opened.manifest)
        values = {"results": applied(1), **changes}
        values.pop("chain_of", None)
        return 200, mx.receipt(manifest, chain, **values).encode()

    return answer


def of_a_stranger(mx: Foreign) -> Any:
    """As a node that has none of MX's keys would sign it."""

    def answer(data: bytes) -> tuple[int, bytes]:
        opened, manifest = mx.open(data)
        text = Foreign("MX").receipt(manifest, item_hash(opened.manifest), results=applied(1))
        return 200, text.encode()

    return answer


def altered(mx: Foreign) -> Any:
    def answer(data: bytes) -> tuple[int, bytes]:
        head, body, signature = answering(mx)(data)[1].split(b".")
        return 200, b".".join([head, body, signature[:-4] + b"AAAA"])

    return answer


FORGERIES = {
    "a stranger's": of_a_stranger,
    "altered": altered,
    "from another Party": lambda mx: answering(mx, by="CA"),
    "to another Party": lambda mx: answering(mx, to="CA"),
    "another epoch": lambda mx: answering(mx, epoch=2),
    "other numbers": lambda mx: answering(
        mx, first=2, last=2, applied_through=2, results=applied(2)
    ),
    "another manifest": lambda mx: answering(mx, chain_of="A" * 43),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_receipt_is_not_believed(name: str, cast: Cast, mx: Foreign, line: Line) -> None:
    an_alert(cast)
    line.faults.append(FORGERIES[name](mx))
    assert drain("US", "MX", line).trouble == "answer"
    assert items()[0].outcome == ""
    with acting_as(US):
        assert not Receipt.objects.exists()
    line.faults.append(answering(mx))
    assert drain("US", "MX", line, force=True).items == 1


def test_a_receipt_that_comes_twice_changes_nothing(cast: Cast, mx: Foreign, line: Line) -> None:
    first = an_alert(cast)
    drain("US", "MX", line)
    old = next(iter(mx.receipts.values()))[1]
    an_alert(cast)
    line.faults.append((200, old.encode()))
    assert drain("US", "MX", line).trouble == "answer"
    assert [one.outcome for one in items()] == ["applied", ""]
    assert str(first.pk) == mx.items[0]["record"]


def test_a_peer_that_came_back_from_a_backup_gets_what_it_lost(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    an_alert(cast)
    drain("US", "MX", line)
    kept = Stream(**vars(mx.came["US"]))
    for _ in range(2):
        an_alert(cast)
        drain("US", "MX", line)
    mx.came["US"] = kept
    mx.receipts = {key: value for key, value in mx.receipts.items() if key[2] == 1}
    an_alert(cast)
    assert drain("US", "MX", line).trouble == ""
    assert mx.came["US"].last == 4
    assert channel().settled == 4
    assert {one.outcome for one in items()} == {"applied"}


def test_a_peer_that_stands_elsewhere_stops_the_channel(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    an_alert(cast)
    mx.came["US"] = Stream(1, 7, "A" * 43)
    assert drain("US", "MX", line).trouble == "sequence-reused"
    assert channel().last_error == "sequence-reused"
    assert not channels.is_due("US", "MX")


def test_a_chain_that_is_not_ours_stops_the_channel(cast: Cast, mx: Foreign, line: Line) -> None:
    for _ in range(2):
        an_alert(cast)
        drain("US", "MX", line)
    mx.came["US"] = Stream(1, 1, "A" * 43)
    an_alert(cast)
    assert drain("US", "MX", line).trouble == "gap"
    found = channel()
    assert (found.last_error, found.next_try_at) == ("gap", None)
    assert drain("US", "MX", line).items == 0


def test_a_refusal_of_the_whole_is_tried_again_under_the_same_manifest(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    an_alert(cast)

    def suspended(data: bytes) -> tuple[int, bytes]:
        opened, manifest = mx.open(data)
        return mx.problem(manifest, item_hash(opened.manifest), "suspended")

    line.faults.append(suspended)
    assert drain("US", "MX", line).trouble == "suspended"
    before = channel().manifest
    assert before
    assert drain("US", "MX", line, force=True).items == 1
    assert mx.open(mx.envelopes[-1])[0].manifest == before


def test_restarting_begins_an_epoch_with_what_is_in_force(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    kept, gone = an_alert(cast), an_alert(cast)
    drain("US", "MX", line)
    recall(cast, gone)
    drain("US", "MX", line)
    waiting = an_alert(cast)
    mx.came["US"] = Stream(1, 9, "A" * 43)
    drain("US", "MX", line)
    assert channel().last_error == "sequence-reused"
    mx.items.clear()
    channels.restart(channel(), US)
    assert drain("US", "MX", line).trouble == ""
    assert [(one["record"], one.get("cause")) for one in mx.items] == [
        (str(kept.pk), None),
        (str(gone.pk), "recalled"),
        (str(waiting.pk), None),
    ]
    found = channel()
    assert (found.epoch, found.settled, mx.came["US"].epoch) == (2, 3, 2)
    with acting_as(US):
        assert not Item.objects.filter(outcome="").exists()


def refusing(mx: Foreign) -> Any:
    def answer(data: bytes) -> tuple[int, bytes]:
        opened, manifest = mx.open(data)
        return mx.problem(manifest, item_hash(opened.manifest), "suspended")

    return answer


def test_a_newer_key_set_reaches_a_peer_that_refuses_what_is_under_way(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    an_alert(cast)
    line.faults += [refusing(mx), refusing(mx)]
    drain("US", "MX", line)
    rotate("US")
    assert drain("US", "MX", line, force=True).trouble == "suspended"
    assert mx.known["US"].number == 2
    # It was signed with the old key: MX is asked whether it has it, and gets it signed anew.
    assert drain("US", "MX", line, force=True).items == 1
    assert len(mx.items) == 1
    assert channel().settled == 1


def test_what_arrived_is_found_out_also_when_its_key_is_retired(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    an_alert(cast)
    line.lost.append(Trouble("timeout"))
    drain("US", "MX", line)
    rotate("US")
    ours = keysets.current("US")
    assert ours is not None
    peers.acknowledge("MX", "US", ours.number)
    mx.learn(ours.jws)
    an_alert(cast)
    assert drain("US", "MX", line, force=True).trouble == ""
    assert len(mx.items) == 2
    assert [one.outcome for one in items()] == ["applied", "applied"]
    assert channel().settled == 2


def taken_over(mx: Foreign) -> None:
    """MX holds our newest key set, and we know it."""
    ours = keysets.current("US")
    assert ours is not None
    peers.acknowledge("MX", "US", ours.number)
    mx.learn(ours.jws)


def test_what_was_not_taken_of_a_new_epoch_is_sent_when_its_key_is_retired(
    cast: Cast, mx: Foreign, line: Line
) -> None:
    an_alert(cast)
    drain("US", "MX", line)
    channels.restart(channel(), US)
    line.faults.append(Trouble("timeout"))
    assert drain("US", "MX", line, force=True).trouble == "timeout"
    rotate("US")
    taken_over(mx)
    assert drain("US", "MX", line, force=True).trouble == ""
    assert (channel().epoch, channel().settled, mx.came["US"].epoch) == (2, 1, 2)


def test_another_history_is_no_proof_that_ours_arrived(cast: Cast, mx: Foreign, line: Line) -> None:
    an_alert(cast)
    line.faults.append(Trouble("timeout"))
    drain("US", "MX", line)
    mx.came["US"] = Stream(1, 1, "A" * 43)
    rotate("US")
    taken_over(mx)
    assert drain("US", "MX", line, force=True).trouble == "gap"
    assert (channel().settled, [one.outcome for one in items()]) == (0, [""])


@pytest.mark.parametrize("lost", ["lost", "faults"], ids=["arrived", "not arrived"])
def test_the_second_signature_begins_changes_and_ends_while_a_batch_is_under_way(
    cast: Cast, mx: Foreign, line: Line, lost: str
) -> None:
    for change in (second, second, sign_once):
        an_alert(cast)
        getattr(line, lost).append(Trouble("timeout"))
        assert drain("US", "MX", line, force=True).trouble == "timeout"
        change("US")
        taken_over(mx)
        assert drain("US", "MX", line, force=True).items == 1
        assert bool(mx.open(mx.envelopes[-1])[0].second) == (change is second)
    assert len(mx.items) == 3


def second(party: str) -> None:
    rotate(party, use="signing-pq")


@pytest.mark.parametrize("epoch", [2, 5])
def test_a_restart_after_an_older_backup_of_ours_finds_a_free_epoch(
    epoch: int, cast: Cast, mx: Foreign, line: Line
) -> None:
    an_alert(cast)
    mx.came["US"] = Stream(epoch, 7, "A" * 43)
    assert drain("US", "MX", line).trouble == "gap"
    channels.restart(channel(), US)
    assert drain("US", "MX", line).trouble == ""
    assert (channel().epoch, mx.came["US"].epoch) == (epoch + 1, epoch + 1)
    assert len(mx.items) == 1
