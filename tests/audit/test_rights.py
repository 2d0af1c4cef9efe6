"""Who may write the log: the database says so, whatever the code does."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from audit import log, sequencer
from audit.database import whole_log
from audit.models import Entry

from .conftest import Someone, Write

ATTEMPTS = [
    "INSERT INTO audit_entry (id, tag, party, actor, actor_name, about, purpose, detail,"
    " erased_because) VALUES (gen_random_uuid(), 'a:b', 'MX', '', '', '', '', '{}', '')",
    "UPDATE audit_entry SET actor_name = 'Nobody'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
    "UPDATE audit_leaf SET commitment = '\\x00'",
    "DELETE FROM audit_leaf",
    "DELETE FROM audit_tile",
    "UPDATE audit_tile SET hashes = '\\x00'",
    "UPDATE audit_checkpoint SET note = ''",
    "DELETE FROM audit_checkpoint",
    "DELETE FROM audit_ownkey",
    "INSERT INTO audit_pending (entry_id) VALUES (gen_random_uuid())",
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
]
WITHOUT_TRIGGERS = [sql for sql in ATTEMPTS if sql.startswith(("UPDATE", "DELETE"))]


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_application_cannot_rewrite_the_log(grown: list[UUID], attempt: str) -> None:
    with pytest.raises(DatabaseError), whole_log(), connection.cursor() as cursor:
        cursor.execute(attempt)


@pytest.mark.parametrize(
    "attempt", [sql for sql in WITHOUT_TRIGGERS if "ownkey" not in sql and "pending" not in sql]
)
def test_the_owner_is_stopped_by_the_triggers(grown: list[UUID], attempt: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        with pytest.raises(DatabaseError, match=r"never|only grows"), transaction.atomic():
            cursor.execute(attempt)
        cursor.execute(f'SET ROLE "{settings.DATABASE_RUNTIME_ROLE}"')


def test_the_tree_is_written_by_the_log_s_own_code_alone(grown: list[UUID]) -> None:
    insert = "INSERT INTO audit_leaf VALUES (99, gen_random_uuid(), '\\x00')"
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(insert)


def test_keys_and_other_parties_entries_are_out_of_reach(grown: list[UUID]) -> None:
    with connection.cursor() as cursor:
        for table in ("audit_ownkey", "audit_entry", "audit_leaf", "audit_finding"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)
    with whole_log():
        assert Entry.objects.count() == 12


#: What the application's role holds on the log's tables; the row policies narrow it to `whole_log()`.
RIGHTS = {
    "audit_entry": {"SELECT"},
    "audit_pending": {"SELECT", "DELETE"},
    "audit_leaf": {"SELECT", "INSERT"},
    "audit_tile": {"SELECT", "INSERT", "UPDATE"},
    "audit_checkpoint": {"SELECT", "INSERT"},
    "audit_cosignature": {"SELECT", "INSERT"},
    "audit_finding": {"SELECT", "INSERT"},
}
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


@pytest.mark.parametrize("table", RIGHTS)
def test_the_application_s_role_has_no_right_on_the_log_but_these(db: None, table: str) -> None:
    """Asked of the database itself: its rights, also those on single columns, and of every role
    that it could take."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT verb FROM unnest(%s::text[]) AS verb WHERE EXISTS ("
            " SELECT 1 FROM pg_roles r WHERE pg_has_role(%s, r.oid, 'MEMBER') AND ("
            "  has_table_privilege(r.oid, %s, verb) OR CASE WHEN verb IN"
            "  ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')"
            "  THEN has_any_column_privilege(r.oid, %s, verb) ELSE false END))",
            [list(VERBS), settings.DATABASE_RUNTIME_ROLE, table, table],
        )
        assert {row[0] for row in cursor.fetchall()} == RIGHTS[table]


def test_nobody_but_the_owner_and_the_application_may_write_an_entry(db: None) -> None:
    """One function writes entries; it is shut to everyone else who may connect."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT coalesce(r.rolname, 'PUBLIC') FROM pg_proc p"
            " CROSS JOIN LATERAL aclexplode(p.proacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee"
            " WHERE p.proname = 'audit_write' AND a.grantee <> p.proowner"
        )
        assert {row[0] for row in cursor.fetchall()} == {settings.DATABASE_RUNTIME_ROLE}


def test_the_rights_end_with_the_block(db: None) -> None:
    with transaction.atomic():
        with whole_log():
            with whole_log():
                pass
            assert _setting() == "on"
        assert _setting() == ""


def _setting(name: str = "audit.whole") -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [name])
        return cursor.fetchone()[0]


def test_only_the_log_s_own_modules_name_its_way_in() -> None:
    root = Path(log.__file__).parents[1]
    naming = {
        str(path.relative_to(root))
        for folder in ("audit", "platform", "sharing")
        for path in (root / folder).rglob("*.py")
        if re.search(r"audit_write|audit\.whole", path.read_text())
    }
    assert naming <= {
        "audit/log.py",
        "audit/database.py",
        "audit/migrations/0004_nobody_rewrites.py",
        "audit/migrations/0005_ids_in_order_of_time.py",
        "platform/cordillera/access/grants.py",
    }


def test_an_entry_alone_is_refused(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="its action's transaction"):
        log.write("record:read", actor=Someone())


def test_without_the_entry_the_action_does_not_happen(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def act() -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('cordillera.test', 'done', true)")
            log.write("record:release", actor=Someone())

    monkeypatch.setattr(log, "SALT_BYTES", 3)
    with pytest.raises(DatabaseError, match="32 bytes of salt"):
        act()
    assert _setting("cordillera.test") == ""
    assert sequencer.waiting() == 0


def test_without_the_action_no_entry_stays(write: Write) -> None:
    def act() -> None:
        with transaction.atomic():
            log.write("record:release", actor=Someone())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert sequencer.waiting() == 0
    with whole_log():
        assert not Entry.objects.exists()
