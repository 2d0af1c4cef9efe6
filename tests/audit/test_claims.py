"""What a witness says against our log counts against our log with proof alone."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import cosigning, findings, keys, merkle, note, proving, sequencer, witnesses
from audit.checkpoint import Checkpoint
from audit.cosigning import Outcome
from audit.database import whole_log
from audit.models import Finding, Resolution
from audit.queries import witness_states

from . import trees
from .conftest import Write, tamper
from .dumps import ask, restore_twelve, show

NAME = "127.0.0.1:8000/audit/witness"
pytestmark = pytest.mark.usefixtures("trusted", "grown")


def found() -> list[tuple[str, str]]:
    with whole_log():
        return list(Finding.objects.order_by("id").values_list("origin", "kind"))


def says(status: int, body: bytes = b"") -> cosigning.Ask:
    return lambda name, asked: (status, body)


def asked(ask: cosigning.Ask, show: cosigning.Show) -> Outcome:
    """As the node's task does it."""
    outcome = cosigning.collect_from(NAME, ask, show)
    witnesses.note(outcome, 60)
    return outcome


def signed(private: Ed25519PrivateKey, size: int, word: str = "other") -> bytes:
    """A checkpoint in our log's name, of another tree."""
    root = merkle.root(trees.Store(trees.leaves(size, word)).reader, size)
    return str(Checkpoint(keys.origin(), size, root).signed(private)).encode()


STRANGER = Ed25519PrivateKey.from_private_bytes(b"S" * 32)
CLAIMS = [says(409, b"500\n"), says(422)]


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize(
    "shown",
    [
        lambda name: b"",
        lambda name: b"<html>Not found</html>",
        lambda name: signed(STRANGER, 500),
        lambda name: proving.checkpoint(),
        lambda name: proving.checkpoint().replace(b"\n12\n", b"\n500\n"),
        lambda name: proving.checkpoint(7),
    ],
    ids=["nothing", "a page", "a stranger's", "our own", "altered", "an older one of ours"],
)
def test_a_claim_without_proof_is_a_finding_about_the_witness(
    claim: cosigning.Ask, shown: cosigning.Show
) -> None:
    assert asked(claim, shown).state == "claims"
    assert found() == [(NAME, "claims")]
    [state] = witness_states()
    assert state.state == "claims"
    assert "500 entries" in state.error or "(422)" in state.error


@pytest.mark.parametrize("claim", CLAIMS)
def test_it_is_found_once_however_often_it_is_said(claim: cosigning.Ask) -> None:
    for _ in range(3):
        asked(claim, lambda name: b"")
    assert found() == [(NAME, "claims")]


def test_who_does_not_answer_for_its_proof_is_asked_a_second_time_first() -> None:
    def silent(name: str) -> bytes:
        raise OSError("no route")

    assert asked(says(422), silent).state == "claims"
    assert found() == []
    assert asked(says(422), silent).state == "claims"
    assert found() == [(NAME, "claims")]
    with whole_log():
        finding = Finding.objects.get()
    assert finding.since is not None
    assert finding.since < finding.at


def test_a_witness_that_cosigns_after_all_has_its_finding_settled_and_kept() -> None:
    asked(says(409, b"500\n"), lambda name: b"")
    assert asked(ask, show).state == "cosigned"
    with whole_log():
        assert Resolution.objects.get().finding.origin == NAME
        assert not findings.unresolved().exists()
    assert found() == [(NAME, "claims")]


def test_said_again_after_that_it_is_found_again(write: Write) -> None:
    asked(says(409, b"500\n"), lambda name: b"")
    asked(ask, show)
    write()
    sequencer.sequence(at_once=True)
    asked(says(409, b"501\n"), lambda name: b"")
    assert found() == [(NAME, "claims")] * 2


def test_more_entries_signed_with_our_key_prove_that_ours_were_cut_off(write: Write) -> None:
    write(3)
    sequencer.sequence(at_once=True)
    asked(ask, show)
    proof = show(NAME).decode()
    restore_twelve()
    assert asked(ask, show).state == "disproved"
    assert found() == [(keys.origin(), "rolled-back")]
    with whole_log():
        assert proof in Finding.objects.get().evidence


def test_another_root_signed_with_our_key_proves_that_ours_was_rewritten() -> None:
    _, private = keys.log_key()
    assert asked(says(422), lambda name: signed(private, 9)).state == "disproved"
    assert found() == [(keys.origin(), "refused")]
    with whole_log():
        assert signed(private, 9).decode() in Finding.objects.get().evidence


def test_proof_that_comes_late_ends_the_finding_about_the_witness() -> None:
    _, private = keys.log_key()
    asked(says(422), lambda name: b"")
    asked(says(422), lambda name: signed(private, 9))
    assert found() == [(NAME, "claims"), (keys.origin(), "refused")]
    with whole_log():
        assert [one.kind for one in findings.unresolved()] == ["refused"]


def test_a_witness_that_is_right_about_altered_hashes_is_not_blamed() -> None:
    asked(ask, show)
    tamper("UPDATE audit_tile SET hashes = sha256('x') || substring(hashes FROM 33)")
    tamper("DELETE FROM audit_cosignature")
    assert asked(says(422), show).state == "disproved"
    assert found() == [(keys.origin(), "altered")]


def test_no_more_of_a_note_is_kept_than_known_keys_signed() -> None:
    _, private = keys.log_key()
    real = signed(private, 9).decode()
    text = real.partition("\n\n")[0] + "\n"
    junk = note.sign(text, "x.example", STRANGER).line() * 5
    asked(says(422), lambda name: (real + junk).encode())
    with whole_log():
        assert real in Finding.objects.get().evidence


def test_what_is_settled_stays_settled() -> None:
    asked(says(422), lambda name: b"")
    asked(ask, show)
    with pytest.raises(Exception, match="permission denied"), whole_log():
        Resolution.objects.update(because="otherwise")
