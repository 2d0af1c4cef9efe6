"""The log asks its witnesses; here the node is a witness of its own log."""

from __future__ import annotations

from uuid import UUID

import pytest

from audit import cosigning, keys, proving, sequencer
from audit.cosigning import Outcome
from audit.database import whole_log
from audit.models import Finding

from .conftest import Write, tamper
from .dumps import ask, restore_twelve, show

NAME = "127.0.0.1:8000/audit/witness"


def witnesses(size: int) -> list[str]:
    with whole_log():
        return cosigning.witnesses_of(size)


def kinds() -> list[str]:
    with whole_log():
        return list(Finding.objects.values_list("kind", flat=True))


@pytest.mark.usefixtures("trusted", "grown")
def test_cosignatures_are_kept_with_the_checkpoint() -> None:
    assert cosigning.collect(ask) == [Outcome(NAME, "cosigned")]
    assert witnesses(12) == [NAME]
    assert proving.checkpoint().decode().count("\n— ") == 3
    assert cosigning.collect(ask) == [Outcome(NAME, "current")]


@pytest.mark.usefixtures("trusted", "grown")
def test_the_next_checkpoint_is_proved_from_the_last_one(write: Write) -> None:
    cosigning.collect(ask)
    write(3)
    sequencer.sequence(at_once=True)
    assert cosigning.collect(ask) == [Outcome(NAME, "cosigned")]
    assert witnesses(15) == [NAME]


@pytest.mark.usefixtures("trusted", "grown")
def test_the_large_post_quantum_cosignatures_are_kept_once_an_hour(write: Write) -> None:
    cosigning.collect(ask)
    write()
    sequencer.sequence(at_once=True)
    cosigning.collect(ask)
    assert proving.checkpoint().decode().count("\n— ") == 2
    tamper("UPDATE audit_cosignature SET moment = moment - interval '1 hour'")
    write()
    sequencer.sequence(at_once=True)
    cosigning.collect(ask)
    assert proving.checkpoint().decode().count("\n— ") == 3


@pytest.mark.usefixtures("trusted", "grown")
def test_a_witness_that_knows_more_than_we_remember_tells_us_its_size(write: Write) -> None:
    cosigning.collect(ask)
    tamper("DELETE FROM audit_cosignature")
    write(3)
    sequencer.sequence(at_once=True)
    assert cosigning.collect(ask) == [Outcome(NAME, "cosigned")]


@pytest.mark.usefixtures("trusted", "grown")
def test_an_old_backup_put_back_is_found_by_the_witness(write: Write) -> None:
    write(3)
    sequencer.sequence(at_once=True)
    cosigning.collect(ask)
    restore_twelve()
    [outcome] = cosigning.collect(ask, show)
    assert outcome.state == "disproved"
    assert "co-signed 15 entries of this log, which ends at 12" in outcome.message
    assert kinds() == ["rolled-back"]


@pytest.mark.usefixtures("trusted", "grown")
def test_an_old_backup_that_was_written_on_is_refused_by_the_witness(write: Write) -> None:
    write(3)
    sequencer.sequence(at_once=True)
    cosigning.collect(ask)
    restore_twelve()
    write(9)
    sequencer.sequence(at_once=True)
    [outcome] = cosigning.collect(ask, show)
    assert outcome.state == "disproved"
    assert "has co-signed another tree of 15 entries" in outcome.message
    assert set(kinds()) == {"refused"}


@pytest.mark.usefixtures("trusted", "grown")
def test_a_silent_witness_is_asked_again_next_time() -> None:
    def silent(name: str, body: bytes) -> tuple[int, bytes]:
        raise OSError("no route")

    assert cosigning.collect(silent) == [Outcome(NAME, "unreachable", "no route")]
    assert cosigning.collect(ask) == [Outcome(NAME, "cosigned")]


@pytest.mark.usefixtures("trusted", "grown")
def test_a_witness_that_cannot_write_is_no_refusal() -> None:
    [outcome] = cosigning.collect(lambda name, asked: (503, b""))
    assert outcome.state == "unreachable"


@pytest.mark.usefixtures("trusted", "grown")
@pytest.mark.parametrize(
    ("status", "body"), [(200, b"\n"), (200, b"\xff"), (409, b"x"), (403, b""), (302, b"")]
)
def test_useless_answers_are_refusals(status: int, body: bytes) -> None:
    [outcome] = cosigning.collect(lambda name, asked: (status, body))
    assert outcome.state == "refused"
    assert witnesses(12) == []


@pytest.mark.usefixtures("trusted", "grown")
def test_a_cosignature_by_another_key_is_not_kept() -> None:
    def impostor(name: str, body: bytes) -> tuple[int, bytes]:
        status, lines = ask(name, body)
        for key in keys.own_keys(4, 6):
            keys.distrust(str(key))
        keys.trust(str(keys.rotate(4)), party="US")
        return status, lines

    [outcome] = cosigning.collect(impostor)
    assert "no signature of a trusted key" in outcome.message


@pytest.mark.usefixtures("trusted")
def test_proofs_prefer_a_checkpoint_with_its_quorum(grown: list[UUID], write: Write) -> None:
    cosigning.collect(ask)
    write()
    sequencer.sequence(at_once=True)
    assert cosigning.quorum().parties == {"US": frozenset({NAME})}
    assert proving.prove(grown[3]).checkpoint.size == 12
