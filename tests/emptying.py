"""What a test committed is gone before the next one.

Django truncates every table, which takes PostgreSQL half a second however little there is in them.
Here rows are deleted where there are any.
"""

from __future__ import annotations

from functools import cache

from django.db import connection, transaction
from django.test import TransactionTestCase

#: What migrations end with: the same at every time, and no test writes to it.
KEPT = {"auth_permission", "django_content_type", "django_migrations"}


def quickly() -> None:
    """Let tests that commit be followed by `empty`, in place of Django's flush."""
    TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]


def _empty(case: TransactionTestCase) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # No trigger keeps its rows, and no foreign key needs an order.
        cursor.execute("SET LOCAL session_replication_role = replica")
        # As a truncation does: let transactions end that a server's thread still has open.
        cursor.execute(f"LOCK TABLE {', '.join(tables())} IN SHARE ROW EXCLUSIVE MODE")
        for table in filled():
            cursor.execute(f"DELETE FROM {table}")


@cache
def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        )
        return sorted({name for (name,) in cursor.fetchall()} - KEPT)


def filled() -> list[str]:
    """The tables that have rows."""
    questions = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM ONLY {name})" for name in tables())
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(questions))
        return [name for (name,) in cursor.fetchall()]
