"""What others hold against a log goes into its verification, here and in a dump."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit import checking, cosigning, keys, proving, sequencer, stepwise, verifier
from audit.checkpoint import read
from audit.cosignature import Ed25519Cosigner
from audit.export import export
from audit.verifier import Report

from .conftest import Write
from .dumps import ask, show, verified
from .test_claims import NAME as WITNESS
from .test_claims import STRANGER, asked, says, signed

CLAIM = "What a witness says otherwise"


def both(folder: Path) -> list[Report]:
    """Of the log itself, and of a dump of it."""
    export(folder)
    return [checking.verify(), verified(folder)]


def in_steps(width: int) -> tuple[list[str], tuple[str, ...]]:
    """The kinds of faults that the steps find, and whose claims are told beside them."""
    begun, frontier, found = stepwise.begin(), stepwise.Frontier(), []
    assert begun is not None
    for end in [*range(width, begun.size, width), begun.size]:
        found += stepwise.step(begun.note, begun.size, frontier, end).faults
    return [fault.kind for fault in found], begun.claims


def kinds(report: Report) -> list[str]:
    return [fault.kind for fault in report.faults]


@pytest.fixture
def grows(trusted: None, grown: None, write: Write) -> None:
    """The last checkpoint has no co-signature yet, so a witness is asked."""
    cosigning.collect(ask)
    write()
    sequencer.sequence(at_once=True)


@pytest.mark.usefixtures("grows")
def test_a_bare_word_is_told_as_not_proved_until_it_is_settled(tmp_path: Path) -> None:
    asked(says(409, b"500\n"), lambda name: b"")
    assert in_steps(5) == ([], (WITNESS,))
    for report in both(tmp_path / "before"):
        assert report.good
        assert sum(line.startswith(CLAIM) for line in report.not_proved) == 1
    asked(ask, show)
    assert in_steps(5) == ([], ())
    for report in both(tmp_path / "after"):
        assert report.good
        assert not any(line.startswith(CLAIM) for line in report.not_proved)


@pytest.mark.usefixtures("grows")
@pytest.mark.parametrize(
    ("claim", "size", "fault"),
    [(says(409, b"500\n"), 500, "rolled-back"), (says(422), 9, "forked")],
)
def test_what_a_witness_proved_is_a_fault_of_the_log(
    tmp_path: Path, claim: cosigning.Ask, size: int, fault: str
) -> None:
    _, private = keys.log_key()
    asked(claim, lambda name: signed(private, size))
    for report in both(tmp_path / "dump"):
        assert kinds(report) == [fault]
    for width in (1, 5, 9, 100):
        assert in_steps(width) == ([fault], ())


@pytest.mark.usefixtures("grows")
def test_it_says_what_stays_open(tmp_path: Path) -> None:
    cosigning.collect(ask)
    for report in both(tmp_path / "dump"):
        assert any("(--known)" in line for line in report.not_proved)
        assert any(line.startswith("Whose these witnesses are") for line in report.not_proved)
    known = verified(tmp_path / "dump", proving.checkpoint(7))
    assert not any("(--known)" in line for line in known.not_proved)


@pytest.mark.usefixtures("grown")
def test_one_key_under_two_names_is_one_witness() -> None:
    """An Ed25519 co-signature does not bind its name: whoever has one can put another before it."""
    head, own = read(proving.checkpoint())
    cosigners = [Ed25519Cosigner(name, STRANGER) for name in ("a.example/w", "b.example/w")]
    lines = "".join(one.cosign(head, 1_700_000_000).line() for one in cosigners)
    found = verifier.Head.parse(f"{own}{lines}".encode())
    names = found.cosigned_by([verifier.Key.parse(str(one.key)) for one in cosigners])
    assert list(names) == ["a.example/w"]
