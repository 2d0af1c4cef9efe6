"""Checkpoints of another log that come by the way: forks are found, and who does not prove is told of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit import findings, merkle, noticing, witness
from audit.checkpoint import read, read_hash
from audit.database import whole_log
from audit.errors import Contradicted, Unproved
from audit.models import Finding, Resolution, Seen
from tests.audit import trees
from tests.audit.conftest import tamper

from .remote import ORIGIN, STRANGER, Log, kinds


def test_a_fork_shown_to_another_witness_shows_in_a_receipt(log: Log) -> None:
    witness.add_checkpoint(log.body(0, 17))
    assert noticing.notice(log.note(17).encode()) == "same"
    assert noticing.notice(Log(17, "other").note(17).encode()) == "forked"
    assert kinds() == ["forked"]


def test_a_fork_of_another_size_shows_when_the_log_cannot_prove_it(log: Log) -> None:
    witness.add_checkpoint(log.body(0, 17))
    fork = Log(30, "other")
    assert noticing.notice(fork.note(30).encode()) == "unproved"
    own = merkle.consistency_proof(fork.store.reader, 17, 30)
    assert noticing.prove_seen(ORIGIN, lambda old, new: own) == 1
    assert kinds() == ["forked"]


def test_the_evidence_of_a_fork_proves_it_to_anybody(log: Log) -> None:
    """Two notes of different sizes alone do not: the hashes must lead to the newer root."""
    witness.add_checkpoint(log.body(0, 17))
    fork = Log(30, "other")
    noticing.notice(fork.note(30).encode())
    own = merkle.consistency_proof(fork.store.reader, 17, 30)
    noticing.prove_seen(ORIGIN, lambda old, new: own)
    with whole_log():
        older, newer, proof = Finding.objects.get().evidence
    first, *hashes = proof.splitlines()
    old, new = read(older.encode())[0], read(newer.encode())[0]
    assert first == "consistency 17 30"
    with pytest.raises(Contradicted):
        merkle.verify_consistency(17, 30, old.root, new.root, [read_hash(one) for one in hashes])


@pytest.mark.parametrize(("held", "shown"), [(16, 30), (16, 17), (4, 40), (30, 32), (40, 8)])
def test_a_fork_at_a_power_of_two_is_told_as_one_with_its_proof(
    log: Log, held: int, shown: int
) -> None:
    """A consistency proof from such a size leaves the older root out, and leads nowhere."""
    witness.add_checkpoint(log.body(0, held))
    fork = Log(40, "other")
    old, new = sorted((held, shown))
    # Of the two the log has the newer tree now.
    now = fork if shown > held else log
    noticing.notice(fork.note(shown).encode())
    asked = lambda old, new: merkle.consistency_proof(now.store.reader, old, new)  # noqa: E731
    assert noticing.prove_seen(ORIGIN, asked) == 1
    assert kinds() == ["forked"]
    with whole_log():
        older, newer, proof = Finding.objects.get().evidence
    first, *hashes = proof.splitlines()
    was, is_now = (read(one.encode())[0].root for one in (older, newer))
    if old == 30:
        assert first == "consistency 30 32"
        return
    assert first == f"consistency {old - 1} {new}"
    with pytest.raises(Contradicted):
        merkle.verify_beginning(old, new, was, is_now, [read_hash(one) for one in hashes])


def test_who_proves_no_more_of_a_power_of_two_is_told_of_as_before(log: Log) -> None:
    witness.add_checkpoint(log.body(0, 16))
    fork = Log(40, "other")
    noticing.notice(fork.note(30).encode())

    def some(old: int, new: int) -> list[bytes]:
        if old != 16:
            raise Unproved("404")
        return merkle.consistency_proof(fork.store.reader, old, new)

    assert noticing.prove_seen(ORIGIN, some) == 0
    assert kinds() == ["will-not-prove"]


def test_another_tree_s_proof_is_no_proof_of_a_fork_and_is_told_at_once(log: Log) -> None:
    """Anybody on the way can give hashes that lead nowhere."""
    witness.add_checkpoint(log.body(0, 17))
    noticing.notice(log.note(30).encode())
    assert noticing.prove_seen(ORIGIN, lambda old, new: [bytes(32)] * 5) == 0
    assert kinds() == ["will-not-prove"]
    honest = merkle.consistency_proof(log.store.reader, 17, 30)
    assert noticing.prove_seen(ORIGIN, lambda old, new: honest) == 1
    with whole_log():
        assert not findings.unresolved().exists()
        assert Resolution.objects.count() == 1


def silent(old: int, new: int) -> list[bytes]:
    raise OSError("no answer")


def no_page(old: int, new: int) -> list[bytes]:
    raise Unproved("404")


@pytest.mark.parametrize("ask", [silent, no_page])
def test_a_log_that_will_not_prove_is_told_after_a_while_and_once(
    log: Log, ask: noticing.Ask
) -> None:
    witness.add_checkpoint(log.body(0, 17))
    for size in (20, 30):
        noticing.notice(log.note(size).encode())
    hour = timedelta(hours=1)
    for _ in range(2):
        noticing.prove_seen(ORIGIN, ask, hour)
        assert kinds() == []
    tamper("UPDATE audit_seen SET asked_at = asked_at - interval '61 minutes'")
    for _ in range(2):
        noticing.prove_seen(ORIGIN, ask, hour)
        assert kinds() == ["will-not-prove"]
    with whole_log():
        finding = Finding.objects.get()
        assert finding.since is not None
        assert f"{finding.since:%Y-%m-%d %H:%M:%S}" in finding.message


def test_a_log_that_proves_some_of_it_is_still_asked_for_the_rest(log: Log) -> None:
    witness.add_checkpoint(log.body(0, 17))
    for size in (20, 30):
        noticing.notice(log.note(size).encode())
    noticing.prove_seen(ORIGIN, no_page, timedelta())

    def some(old: int, new: int) -> list[bytes]:
        if new == 30:
            raise Unproved("404")
        return merkle.consistency_proof(log.store.reader, old, new)

    assert noticing.prove_seen(ORIGIN, some) == 1
    with whole_log():
        assert findings.unresolved().count() == 1


def test_a_log_that_has_forked_is_not_also_said_to_be_silent(log: Log) -> None:
    witness.add_checkpoint(log.body(0, 17))
    fork = Log(30, "other")
    noticing.notice(fork.note(30).encode())
    noticing.prove_seen(ORIGIN, no_page, timedelta())
    own = merkle.consistency_proof(fork.store.reader, 17, 30)
    noticing.prove_seen(ORIGIN, lambda old, new: own)
    with whole_log():
        assert [one.kind for one in findings.unresolved()] == ["forked"]


def test_an_honest_log_proves_what_was_noticed(log: Log) -> None:
    witness.add_checkpoint(log.body(0, 17))
    for size in (5, 30):
        assert noticing.notice(log.note(size).encode()) == "unproved"
    settled = noticing.prove_seen(
        ORIGIN, lambda old, new: merkle.consistency_proof(log.store.reader, old, new)
    )
    assert (settled, kinds()) == (2, [])
    with whole_log():
        assert [seen.size for seen in Seen.objects.all()] == [30]
    witness.add_checkpoint(log.body(17, 40))
    assert noticing.prove_seen(ORIGIN, log_proof(log)) == 1
    with whole_log():
        assert not Seen.objects.exists()


def log_proof(log: Log) -> noticing.Ask:
    return lambda old, new: merkle.consistency_proof(log.store.reader, old, new)


def parting(log: Log, at: int) -> Log:
    """Another tree under the same key, which begins with the same `at` entries."""
    other = Log(40)
    other.store = trees.Store([*trees.leaves(40)[:at], *trees.leaves(40, "other")[at:]])
    return other


@pytest.mark.parametrize("grown", [30, 35])
def test_a_tree_that_parts_from_ours_ahead_of_it_shows_once_ours_has_grown(
    log: Log, grown: int
) -> None:
    """That it went on from what we held then says nothing of what we were shown since."""
    witness.add_checkpoint(log.body(0, 17))
    fork = parting(log, 22)
    noticing.notice(fork.note(30).encode())
    assert noticing.prove_seen(ORIGIN, log_proof(fork)) == 1
    witness.add_checkpoint(log.body(17, grown))
    assert noticing.prove_seen(ORIGIN, log_proof(log)) == 1
    assert kinds() == ["forked"]
    with whole_log():
        assert not Seen.objects.exists()


def test_what_is_ahead_is_asked_for_once_until_ours_has_grown(log: Log) -> None:
    witness.add_checkpoint(log.body(0, 17))
    for size in (30, 35):
        noticing.notice(log.note(size).encode())
    asked = []

    def ask(old: int, new: int) -> list[bytes]:
        asked.append((old, new))
        return log_proof(log)(old, new)  # type: ignore[return-value]

    for _ in range(2):
        noticing.prove_seen(ORIGIN, ask)
    assert asked == [(17, 30), (17, 35)]
    witness.add_checkpoint(log.body(17, 30))
    for _ in range(2):
        noticing.prove_seen(ORIGIN, ask)
    assert asked[2:] == [(30, 35)]  # of one size the roots say it


def test_what_is_ahead_and_proved_keeps_its_place_and_they_are_no_more_than_before(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "MOST_WAITING", 4)
    witness.add_checkpoint(log.body(0, 17))
    for size in range(20, 30):
        noticing.notice(log.note(size).encode())
        noticing.prove_seen(ORIGIN, log_proof(log))
    with whole_log():
        assert Seen.objects.count() == 4
    witness.add_checkpoint(log.body(17, 40))
    assert noticing.prove_seen(ORIGIN, log_proof(log)) == 4


def test_old_checkpoints_shown_again_and_again_keep_no_fork_from_its_turn(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "MOST_AT_ONCE", 3)
    witness.add_checkpoint(log.body(0, 30))
    fork = Log(40, "other")
    assert noticing.notice(fork.note(35).encode()) == "unproved"

    def ask(old: int, new: int) -> list[bytes]:
        tree = fork if new == 35 else log
        return merkle.consistency_proof(tree.store.reader, old, new)

    for _ in range(2):
        for size in (5, 6, 7):
            noticing.notice(log.note(size).encode())
        noticing.prove_seen(ORIGIN, ask)
    assert kinds() == ["forked"]


def test_what_is_not_proved_keeps_nothing_later_from_its_turn(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "MOST_AT_ONCE", 3)
    witness.add_checkpoint(log.body(0, 30))
    for size in (5, 6, 7, 8, 9):
        noticing.notice(log.note(size).encode())
    asked = set()

    def none(old: int, new: int) -> list[bytes]:
        asked.add(old)
        return []

    for _ in range(2):
        noticing.prove_seen(ORIGIN, none)
    assert asked == {5, 6, 7, 8, 9}


def test_old_checkpoints_fill_half_of_the_places(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noticing, "MOST_WAITING", 4)
    witness.add_checkpoint(log.body(0, 30))
    for size in (5, 6, 7, 8, 9, 35):
        noticing.notice(log.note(size).encode())
    with whole_log():
        assert set(Seen.objects.values_list("size", flat=True)) == {5, 6, 35}


def test_what_is_noticed_waits_for_a_log_that_does_not_answer(log: Log) -> None:
    def silent(old: int, new: int) -> list[bytes]:
        raise OSError("no answer")

    witness.add_checkpoint(log.body(0, 17))
    noticing.notice(log.note(30).encode())
    assert noticing.prove_seen(ORIGIN, silent) == 0


def test_hostile_receipts_are_only_bad(log: Log) -> None:
    assert noticing.notice(b"\xff") == "bad-signature"
    assert noticing.notice(Log(5, private=STRANGER).note(5).encode()) == "bad-signature"
    assert noticing.notice(Log(5).note(5).replace(ORIGIN, "x.example").encode()) == "unknown"
