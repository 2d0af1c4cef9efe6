"""This node as a witness: the statuses of c2sp.org/tlog-witness, and never a step back."""

from __future__ import annotations

import threading
from datetime import timedelta
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from tlog_scales import signing
from tlog_scales.tlog import Checkpoint as Theirs

from audit import findings, keys, merkle, note, noticing, witness
from audit.checkpoint import Checkpoint, read, read_hash
from audit.database import whole_log
from audit.errors import Contradicted, Unproved
from audit.models import Finding, Resolution, Seen, Witnessed

from . import trees
from .conftest import tamper

ORIGIN = "us.example/audit"
LOG = Ed25519PrivateKey.from_private_bytes(b"L" * 32)
STRANGER = Ed25519PrivateKey.from_private_bytes(b"S" * 32)


class Log:
    """Another node's log, honest unless told otherwise."""

    def __init__(self, count: int, word: str = "entry", private: Ed25519PrivateKey = LOG) -> None:
        self.store, self.private = trees.Store(trees.leaves(count, word)), private

    def note(self, size: int) -> str:
        head = Checkpoint(ORIGIN, size, merkle.root(self.store.reader, size))
        return str(head.signed(self.private))

    def body(self, old: int, size: int, proof: list[bytes] | None = None) -> bytes:
        if proof is None:
            proof = merkle.consistency_proof(self.store.reader, old, size) if old < size else []
        lines = [f"old {old}", *(note.encode(step) for step in proof), ""]
        return ("\n".join(lines) + "\n" + self.note(size)).encode()


@pytest.fixture
def log(db: None) -> Log:
    """A log of 40 entries whose key is trusted here."""
    keys.trust(str(note.verifier_key(ORIGIN, LOG)), party="US")
    return Log(40)


def held() -> int:
    with whole_log():
        return getattr(Witnessed.objects.filter(pk=ORIGIN).first(), "size", 0)


def kinds() -> list[str]:
    with whole_log():
        return list(Finding.objects.order_by("id").values_list("kind", flat=True))


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
