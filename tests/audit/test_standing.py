"""What a page says beside an entry was checked when the page was made."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from audit import erasure, sequencer, standing
from audit.database import whole_log
from audit.models import Leaf

from .conftest import Write, tamper


def states(*entries: UUID) -> list[str]:
    found = standing.look(entries).entries
    return [found[pk].state if pk in found else "unknown" for pk in entries]


def test_what_is_proved_was_proved(grown: list[UUID], write: Write) -> None:
    [waiting] = write()
    tamper("UPDATE audit_entry SET actor_name = 'Nobody' WHERE id = %s", grown[3])
    found = states(*grown, waiting, UUID(int=9))
    assert found[:3] + found[4:12] == ["proved"] * 11
    assert (found[3], found[12], found[13]) == ("wrong", "waiting", "unknown")


def test_a_place_is_told_with_its_leaf_hash(grown: list[UUID]) -> None:
    look = standing.look(grown)
    assert look.signed
    assert look.checkpoint is not None
    assert look.checkpoint.size == 12
    assert [look.entries[pk].index for pk in grown] == list(range(12))


def test_nothing_is_proved_before_the_first_checkpoint(write: Write) -> None:
    entries = write(2)
    assert states(*entries) == ["waiting", "waiting"]
    assert standing.look(entries).checkpoint is None


def test_a_text_that_was_erased_keeps_its_place(grown: list[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        erasure.erase(grown[2], because="Order 12/2026")
        cursor.execute(f'SET ROLE "{settings.DATABASE_RUNTIME_ROLE}"')
    assert states(grown[1], grown[2]) == ["proved", "erased"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_tile SET hashes = overlay(hashes PLACING '\\x00' FROM 161) WHERE level = 0",
        "UPDATE audit_checkpoint SET root = decode(repeat('00', 32), 'hex') WHERE size = 12",
        "UPDATE audit_checkpoint SET note = replace(note, '12', '11') WHERE size = 12",
        "DELETE FROM audit_ownkey",
    ],
)
def test_a_tree_or_checkpoint_that_was_altered_proves_nothing(grown: list[UUID], sql: str) -> None:
    tamper(sql)
    assert states(grown[0], grown[11]) == ["wrong", "wrong"]


def test_an_entry_put_in_past_the_log_does_not_wait(grown: list[UUID]) -> None:
    tamper("DELETE FROM audit_leaf WHERE index = 4")
    assert states(grown[4]) == ["wrong"]


def test_two_entries_that_changed_places_are_wrong(grown: list[UUID]) -> None:
    tamper("UPDATE audit_leaf SET index = -1 WHERE entry_id = %s", grown[1])
    tamper("UPDATE audit_leaf SET index = 1 WHERE entry_id = %s", grown[2])
    tamper("UPDATE audit_leaf SET index = 2 WHERE entry_id = %s", grown[1])
    assert states(*grown[:4]) == ["proved", "wrong", "wrong", "proved"]


def test_a_page_costs_the_same_queries_wherever_its_entries_lie(
    write: Write, django_assert_num_queries: Any
) -> None:
    entries = write(1300)
    sequencer.sequence(at_once=True)
    with whole_log():
        assert Leaf.objects.count() == 1300
    for chosen in (entries[-50:], random.Random(4).sample(entries, 50)):
        with django_assert_num_queries(10):
            assert set(states(*chosen)) == {"proved"}
