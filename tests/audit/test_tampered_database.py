"""Which change to the log's tables is told, and by what."""

from __future__ import annotations

from uuid import UUID

import pytest

from audit import checking, cosigning, keys, proving, sequencer
from audit.checkpoint import Checkpoint

from . import trees
from .conftest import Write, tamper
from .dumps import ask, restore_twelve, told

pytestmark = pytest.mark.usefixtures("trusted")


DATABASE = [
    ("UPDATE audit_entry SET actor_name = 'Nobody' WHERE id = %s", {("edited", 3)}),
    ("UPDATE audit_entry SET at = at - interval '1 day' WHERE id = %s", {("edited", 3)}),
    ("UPDATE audit_entry SET detail = '{}' WHERE id = %s", {("edited", 3)}),
    ("DELETE FROM audit_entry WHERE id = %s", {("deleted", 3)}),
    (
        "UPDATE audit_leaf SET entry_id = gen_random_uuid() WHERE entry_id = %s",
        {("deleted", 3), ("inserted", None)},
    ),
]


@pytest.mark.parametrize(("sql", "wanted"), DATABASE)
def test_each_change_to_the_database_is_told(
    grown: list[UUID], sql: str, wanted: set[tuple[str, int | None]]
) -> None:
    tamper(sql, grown[3])
    assert told(checking.verify()) == wanted


def test_an_entry_put_into_the_table_is_told(grown: list[UUID]) -> None:
    tamper(
        "INSERT INTO audit_entry (id, tag, party, actor, actor_name, about, purpose, detail, salt,"
        " erased_because) SELECT gen_random_uuid(), tag, party, actor, actor_name, about, purpose,"
        " detail, salt, '' FROM audit_entry LIMIT 1"
    )
    assert told(checking.verify()) == {("inserted", None)}


def test_an_entry_taken_out_before_it_was_sequenced_is_told(
    grown: list[UUID], write: Write
) -> None:
    [entry] = write()
    tamper("DELETE FROM audit_entry WHERE id = %s", entry)
    assert told(checking.verify()) == {("deleted", None)}


def test_swapped_places_are_told(grown: list[UUID]) -> None:
    for index, entry in ((3, UUID(int=1)), (8, grown[3]), (3, grown[8])):
        tamper("UPDATE audit_leaf SET entry_id = %s WHERE index = %s", entry, index)
    assert told(checking.verify()) == {("reordered", 3), ("reordered", 8)}


def test_a_false_erasure_is_told(grown: list[UUID]) -> None:
    tamper(
        "UPDATE audit_entry SET salt = NULL, body_hash = sha256('x'), erased_at = now() WHERE id = %s",
        grown[3],
    )
    assert told(checking.verify()) == {("edited", 3)}


def test_an_old_backup_is_told_by_a_checkpoint_kept_elsewhere(
    grown: list[UUID], write: Write
) -> None:
    write(3)
    sequencer.sequence(at_once=True)
    kept = proving.checkpoint()
    cosigning.collect(ask)
    restore_twelve()
    assert checking.verify().good
    assert told(checking.verify(known=[kept])) == {("rolled-back", None)}


def test_a_rewritten_checkpoint_table_is_told(grown: list[UUID]) -> None:
    origin, private = keys.log_key()
    other = Checkpoint(origin, 7, trees.head(trees.leaves(7))).signed(private)
    tamper("UPDATE audit_checkpoint SET note = %s WHERE size = 7", str(other))
    assert told(checking.verify()) == {("forked", None)}
