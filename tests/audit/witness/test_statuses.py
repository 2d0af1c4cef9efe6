"""This node as a witness: the statuses of c2sp.org/tlog-witness, and never a step back."""

from __future__ import annotations

import threading
from hashlib import sha256

import pytest
from django.db import connection
from tlog_scales import signing
from tlog_scales.tlog import Checkpoint as Theirs

from audit import keys, merkle, note, noticing, witness
from audit.checkpoint import Checkpoint
from audit.database import whole_log
from audit.models import Finding, Seen, Witnessed

from .remote import LOG, ORIGIN, STRANGER, Log, held, kinds


def test_a_growing_log_is_cosigned_step_by_step(log: Log) -> None:
    for old, size in ((0, 5), (5, 5), (5, 17), (17, 40)):
        answer = witness.add_checkpoint(log.body(old, size))
        assert (answer.status, held()) == (200, size)
    assert kinds() == []


def test_an_outside_library_accepts_both_cosignatures(log: Log) -> None:
    answer = witness.add_checkpoint(log.body(0, 5))
    head = Theirs.from_text(log.note(5) + answer.body.decode())
    trusted = [signing.Vkey.from_string(str(key)) for key in keys.own_keys(4, 6)]
    assert len(signing.VkeySet(*trusted).verify(head.signatures, head)) == 2


def test_a_log_that_nobody_knows_is_404(db: None) -> None:
    assert witness.add_checkpoint(Log(5).body(0, 5)).status == 404


def test_a_log_whose_key_is_believed_no_more_is_404(log: Log) -> None:
    assert keys.distrust(str(note.verifier_key(ORIGIN, LOG)))
    assert witness.add_checkpoint(log.body(0, 5)).status == 404


def test_another_s_signature_is_403(log: Log) -> None:
    assert witness.add_checkpoint(Log(5, private=STRANGER).body(0, 5)).status == 403


def test_a_signature_that_does_not_verify_is_403(log: Log) -> None:
    forged = log.body(0, 5).replace(b"\n5\n", b"\n6\n")
    assert witness.add_checkpoint(forged).status == 403


@pytest.mark.parametrize(
    "body",
    [b"", b"old 1\n", b"old 01\n\n", b"old x\n\n", b"old 0\nAAAA\n\n", b"\xff\n\n", b"new 0\n\n"],
)
def test_malformed_requests_are_400(log: Log, body: bytes) -> None:
    assert witness.add_checkpoint(body + log.note(5).encode()).status == 400


def test_too_many_hashes_are_400(log: Log) -> None:
    assert witness.add_checkpoint(log.body(0, 5, [bytes(32)] * 64)).status == 400


def test_an_old_size_beyond_the_new_one_is_400(log: Log) -> None:
    assert witness.add_checkpoint(log.body(6, 5)).status == 400


def test_another_old_size_than_ours_is_409_with_ours(log: Log) -> None:
    witness.add_checkpoint(log.body(0, 17))
    assert witness.add_checkpoint(log.body(5, 40)) == (409, "text/x.tlog.size", b"17\n")
    assert held() == 17


def test_a_tail_cut_off_or_an_old_backup_is_409_and_we_stay(log: Log) -> None:
    witness.add_checkpoint(log.body(0, 40))
    assert witness.add_checkpoint(log.body(0, 17)) == (409, "text/x.tlog.size", b"40\n")
    assert held() == 40


def test_a_proof_where_none_is_wanted_is_422(log: Log) -> None:
    assert witness.add_checkpoint(log.body(0, 5, [bytes(32)])).status == 422


def test_a_rewritten_log_is_422_and_kept_as_evidence(log: Log) -> None:
    witness.add_checkpoint(log.body(0, 17))
    fork = Log(40, "other")
    assert witness.add_checkpoint(fork.body(17, 40)).status == 422
    assert noticing.notice(fork.note(40).encode()) == "unproved"
    own = merkle.consistency_proof(fork.store.reader, 17, 40)
    assert noticing.prove_seen(ORIGIN, lambda old, new: own) == 1
    assert (held(), kinds()) == (17, ["forked"])
    with whole_log():
        assert fork.note(40) in Finding.objects.get().evidence


def test_a_false_proof_before_an_honest_checkpoint_accuses_nobody(log: Log) -> None:
    """Anybody can put one there: checkpoints are public, proofs are not signed."""
    witness.add_checkpoint(log.body(0, 17))
    assert witness.add_checkpoint(log.body(17, 40, [bytes(32)])).status == 422
    assert kinds() == []


def test_who_signs_fork_upon_fork_fills_nothing(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.findings.MOST_A_DAY", 3)
    monkeypatch.setattr("audit.noticing.MOST_WAITING", 4)
    fork = Log(20, "other")
    for size in range(1, 11):
        noticing.notice(log.note(size).encode())
        noticing.notice(fork.note(size).encode())
    assert kinds() == ["forked"] * 3
    with whole_log():
        assert Seen.objects.count() == 4


def test_a_checkpoint_is_short_and_kept_without_strangers_signatures(log: Log) -> None:
    text = Checkpoint(ORIGIN, 5, bytes(32), ("x" * 5000,)).signed(LOG)
    assert noticing.notice(str(text).encode()) == "bad-signature"
    stranger = note.sign(Checkpoint(ORIGIN, 5, bytes(32)).text(), "x.example", STRANGER)
    noticing.notice((log.note(5) + stranger.line()).encode())
    with whole_log():
        assert Seen.objects.get().note == log.note(5)


def test_a_log_that_does_not_answer_is_asked_once_at_a_time(log: Log) -> None:
    asked = []

    def silent(old: int, new: int) -> list[bytes]:
        asked.append(new)
        raise OSError("no answer")

    witness.add_checkpoint(log.body(0, 17))
    for size in (20, 30, 40):
        noticing.notice(log.note(size).encode())
    noticing.prove_seen(ORIGIN, silent)
    assert len(asked) == 1


def test_two_roots_for_one_size_are_422_and_a_fork(log: Log) -> None:
    witness.add_checkpoint(log.body(0, 17))
    assert witness.add_checkpoint(Log(40, "other").body(17, 17)).status == 422
    assert kinds()[0] == "forked"


def test_an_empty_tree_with_a_root_is_422(log: Log) -> None:
    head = Checkpoint(ORIGIN, 0, bytes(32)).signed(LOG)
    assert witness.add_checkpoint(f"old 0\n\n{head}".encode()).status == 422


def test_our_last_cosigned_checkpoint_is_served(log: Log) -> None:
    answer = witness.add_checkpoint(log.body(0, 5))
    served = witness.latest(sha256(ORIGIN.encode()).hexdigest())
    assert served == (log.note(5) + answer.body.decode()).encode()
    assert witness.latest("00") is None


def test_the_database_itself_never_goes_back(log: Log) -> None:
    witness.add_checkpoint(log.body(0, 17))
    with pytest.raises(Exception, match="never goes back"), whole_log():
        Witnessed.objects.update(size=5)


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_one_alone_is_cosigned() -> None:
    """Else the smaller could be written last, and the log go back to it."""
    keys.trust(str(note.verifier_key(ORIGIN, LOG)), party="US")
    keys.cosigners()
    log, statuses = Log(40), []

    def ask(size: int) -> None:
        statuses.append(witness.add_checkpoint(log.body(0, size)).status)
        connection.close()

    threads = [threading.Thread(target=ask, args=(size,)) for size in (40, 5, 17, 23)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 409, 409, 409]
