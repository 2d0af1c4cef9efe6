"""A verification in steps says what the one in a single step says, on a log that goes on meanwhile."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from audit import checking, cosigning, sequencer, stepwise, verifier
from audit.verifier import Report

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


def through(begun: stepwise.Begun, width: int) -> list[Report]:
    """Every step, and between them nothing but what JSON keeps of the frontier."""
    stored, reports = dict[str, Any](), []
    for first in range(0, begun.size, width):
        frontier = stepwise.Frontier.of(json.loads(json.dumps(stored)))
        end = min(first + width, begun.size)
        reports.append(stepwise.step(begun.note, begun.size, frontier, end))
        stored = frontier.stored()
    return reports


def kinds(reports: list[Report]) -> list[tuple[str, int | None]]:
    return [(fault.kind, fault.index) for report in reports for fault in report.faults]


@pytest.mark.parametrize("width", [1, 5, 12, 100])
def test_the_steps_together_read_every_entry(grown: list[UUID], width: int) -> None:
    begun = stepwise.begin()
    assert begun is not None
    parts, whole = through(begun, width), checking.verify()
    assert sum(part.entries for part in parts) == whole.entries == 12
    assert sum(part.agreed for part in parts) == whole.agreed == 1
    assert kinds(parts) == []


@pytest.mark.parametrize("width", [97, 256, 300])
def test_the_higher_tiles_are_held_against_those_below(write: Write, width: int) -> None:
    write(600)
    sequencer.sequence(at_once=True)
    begun = stepwise.begin()
    assert begun is not None
    assert kinds(through(begun, width)) == []
    tamper("UPDATE audit_tile SET hashes = overlay(hashes PLACING '\\x00' FROM 33) WHERE level = 1")
    assert kinds(through(begun, width)) == [("tree", None)]


def test_a_hash_altered_behind_the_frontier_changes_no_root(grown: list[UUID]) -> None:
    begun = stepwise.begin()
    assert begun is not None
    frontier = stepwise.Frontier()
    assert stepwise.step(begun.note, begun.size, frontier, 5).faults == []
    frontier.climb.peaks[0] = bytes(32)
    assert "tree" in {fault.kind for fault in stepwise.step(begun.note, 12, frontier, 12).faults}


@pytest.mark.parametrize("width", [5, 12])
def test_an_edited_entry_shows_in_its_step(grown: list[UUID], width: int) -> None:
    begun = stepwise.begin()
    assert begun is not None
    tamper("UPDATE audit_entry SET actor_name = 'Nobody' WHERE id = %s", grown[6])
    assert kinds(through(begun, width)) == [("edited", 6)]


def test_entries_that_changed_places_are_told_so_across_steps(grown: list[UUID]) -> None:
    begun = stepwise.begin()
    assert begun is not None
    for now, then in [(-1, 1), (1, 11), (11, -1)]:
        tamper("UPDATE audit_leaf SET index = %s WHERE index = %s", now, then)
    assert ("reordered", 1) in kinds(through(begun, 5))
    assert ("reordered", 11) in kinds(through(begun, 5))


@pytest.mark.parametrize("place", [0, 7, 11])
def test_an_entry_put_in_past_the_tree_is_found_wherever_it_lies(
    grown: list[UUID], place: int
) -> None:
    begun = stepwise.begin()
    assert begun is not None
    tamper("DELETE FROM audit_leaf WHERE entry_id = %s", sorted(grown)[place])
    assert ("inserted", None) in kinds(through(begun, 3))


def test_a_step_s_memory_is_that_of_its_range(grown: list[UUID]) -> None:
    """What goes from step to step is one hash for each bit of the size."""
    climb = verifier.Climb()
    for number in range(1000):
        climb.add(number.to_bytes(32, "big"))
    assert len(climb.peaks) == (1000).bit_count()


def test_without_a_checkpoint_there_is_no_first_step(db: None) -> None:
    assert stepwise.begin() is None
