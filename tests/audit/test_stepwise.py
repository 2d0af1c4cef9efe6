"""A verification in steps says what the one in a single step says, on a log that goes on meanwhile."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from audit import checking, cosigning, sequencer, stepwise

from .conftest import Write, tamper


@pytest.fixture
def going_on(grown: list[UUID], write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever a checkpoint is read, the log signs another one right after."""
    read = cosigning.with_cosignatures

    def read_and_go_on(signed: Any) -> bytes:
        note = read(signed)
        write(2)
        sequencer.sequence(at_once=True)
        return note

    monkeypatch.setattr(cosigning, "with_cosignatures", read_and_go_on)


def test_a_checkpoint_signed_meanwhile_is_no_fault(going_on: None) -> None:
    assert checking.verify().faults == []
    begun = stepwise.begin()
    assert begun is not None
    assert begun.faults == []
    assert begun.unsigned == 2


def test_the_steps_together_read_every_entry(grown: list[UUID]) -> None:
    begun = stepwise.begin()
    assert begun is not None
    parts = [
        stepwise.texts(begun.note, begun.size, begun.digest, first, first + 5)
        for first in (0, 5, 10)
    ]
    assert sum(part.entries for part in parts) == checking.verify().entries == 12
    assert [fault for part in parts for fault in part.faults] == []


def test_an_edited_entry_shows_in_its_step(grown: list[UUID]) -> None:
    begun = stepwise.begin()
    assert begun is not None
    tamper("UPDATE audit_entry SET actor_name = 'Nobody' WHERE id = %s", grown[6])
    step = stepwise.texts(begun.note, begun.size, begun.digest, 5, 10)
    assert [(fault.kind, fault.index) for fault in step.faults] == [("edited", 6)]


def test_without_a_checkpoint_there_is_no_first_step(db: None) -> None:
    assert stepwise.begin() is None
