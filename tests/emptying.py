"""What a test committed is gone before the next one.

Django truncates every table, which takes PostgreSQL half a second however little there is in them.
Here rows are deleted where there are any.
"""

from __future__ import annotations

from django.db import connections, transaction
from django.test import TransactionTestCase

#: What migrations end with: the same at every time, and no test writes to it.
KEPT = {"auth_permission", "django_content_type"}


def quickly() -> None:
    """Let tests that commit be followed by `empty`, in place of Django's flush."""
    TransactionTestCase._fixture_teardown = _empty_all  # type: ignore[attr-defined]


def _empty_all(case: TransactionTestCase) -> None:
    for alias in case._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
        empty(alias)


def empty(alias: str = "default") -> None:
    connection = connections[alias]
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        # No trigger keeps its rows, and no foreign key needs an order.
        cursor.execute("SET LOCAL session_replication_role = replica")
        # As a truncation does: let transactions end that a server's thread still has open.
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables
            )
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")
