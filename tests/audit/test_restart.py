"""After an old backup was put back: another tree, said openly."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from audit import checking, cosigning, keys, restart, sequencer
from audit.cosigning import Outcome
from audit.database import whole_log
from audit.errors import LogError
from audit.models import Entry
from audit.verifier import verify_dump

from .conftest import Write
from .dumps import ask, restore_twelve


def as_owner(folder: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        restart.restart(folder, because="Disk lost")
        cursor.execute("SET ROLE cordillera_runtime")


def trust_own() -> None:
    for key in keys.own_keys():
        keys.trust(str(key), party="US")


def test_the_witnesses_accept_the_log_that_says_it_began_anew(
    grown: list[UUID], write: Write, tmp_path: Path
) -> None:
    trust_own()
    write(3)
    sequencer.sequence(at_once=True)
    cosigning.collect(ask)
    restore_twelve()
    late = write(2)
    as_owner(tmp_path / "before")
    trust_own()
    assert keys.origin() == "127.0.0.1:8000/audit/2"
    assert [sequencer.index_of(entry) for entry in (*grown, *late)] == list(range(14))
    assert Outcome("127.0.0.1:8000/audit/2/witness", "cosigned") in cosigning.collect(ask)
    assert checking.verify().good
    assert verify_dump(tmp_path / "before").good
    with whole_log():
        [said] = Entry.objects.filter(tag="audit:restart")
    assert (said.party, said.purpose, said.detail["size"]) == ("MX", "Disk lost", 12)


def test_the_application_may_not_begin_anew(grown: list[UUID], tmp_path: Path) -> None:
    with pytest.raises(LogError, match="owner's"):
        restart.restart(tmp_path / "before", because="x")


def test_names_count_on() -> None:
    assert restart._next("a.example/audit") == "a.example/audit/2"
    assert restart._next("a.example/audit/9") == "a.example/audit/10"
