"""The page of permissions says what the table says."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from cordillera.access import views, words
from cordillera.access.identity import ADMINISTRATOR, AUDITOR, OFFICER, SUPERVISOR
from cordillera.access.policy import TABLE
from deploy.launch.place import ROOT

ROWS = {row.permission: row for _title, rows in views.table() for row in rows}


def allowed(permission: str) -> set[str]:
    return {r for r, yes in zip(views.ROLES, ROWS[permission].allowed, strict=True) if yes}


def test_every_permission_of_the_table_has_words() -> None:
    # What only the node does has no row, hence no words.
    assert set(ROWS) == set(words.PERMISSIONS)
    assert set(TABLE) - set(ROWS) == {"record.end"}


def test_roles_stand_where_the_table_puts_them() -> None:
    assert allowed("record.approve") == {SUPERVISOR}
    assert allowed("record.draft") == {OFFICER, SUPERVISOR}
    assert allowed("audit.read") == {AUDITOR}
    assert allowed("officer.manage") == {ADMINISTRATOR}
    assert ADMINISTRATOR not in allowed("record.read")


def test_every_condition_besides_roles_and_scopes_has_words() -> None:
    silent = ("is officer", "is supervisor", "is analyst", "is auditor", "is administrator")
    for alternatives in TABLE.values():
        for condition in (c for alternative in alternatives for c in alternative):
            if condition.name.startswith((*silent, "token has scope")):
                continue
            if condition.name in ("has an account", "is the node itself"):
                continue
            assert condition.name in words.CONDITIONS, condition.name


def test_conditions_that_differ_by_role_are_told_apart() -> None:
    notes = ROWS["record.read"].notes
    assert [len(note.roles) for note in notes] == [3, 1]
    assert ROWS["record.approve"].notes[0].roles == []


def test_the_documentation_says_what_the_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("permissions", "--check")
    monkeypatch.setitem(TABLE, "record.approve", TABLE["record.draft"])
    with pytest.raises(CommandError, match="permissions --write"):
        call_command("permissions", "--check")


def test_every_permission_is_used_by_something() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("platform/cordillera", "sharing")
        for path in (ROOT / folder).rglob("*.py")
        if path.name not in ("policy.py", "words.py")
    )
    assert [name for name in TABLE if f'"{name}"' not in source] == []
