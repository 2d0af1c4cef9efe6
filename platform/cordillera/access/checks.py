"""Start-up check: the database role must be one that row-level security really binds.

Not a Django system check, because `migrate` runs those, rightly, as the owner: web, worker and live
processes call `refuse_to_start_unprotected` instead.
"""

from __future__ import annotations

from django.apps import apps
from django.core.checks import Error
from django.db import connection

#: Every model of these apps holds what Parties tell each other, so each table is protected.
PROTECTED_APPS = ("records", "search", "desk", "events", "audit", "api", "exchange", "oversight")
#: And a table that Django does not know: it inherits from the records' own.
BESIDE = ["records_behind"]

# A role has the rights of every role that it is a member of, or can take them.
ROLE = """
    SELECT current_user, bool_or(r.rolsuper), bool_or(r.rolbypassrls)
    FROM pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER')
"""
TABLES = """
    SELECT c.relname, c.relrowsecurity, pg_has_role(current_user, c.relowner, 'MEMBER')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() AND c.relname = ANY(%s)
"""


def protected_tables() -> list[str]:
    return BESIDE + sorted(
        model._meta.db_table
        for label in PROTECTED_APPS
        if label in apps.app_configs
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        # What Django does not keep is a view: its own condition says who reads what.
        if model._meta.managed
    )


def problems() -> list[Error]:
    """What would let the present role see past row-level security; empty when it holds."""
    with connection.cursor() as cursor:
        cursor.execute(ROLE)
        role, superuser, bypass = cursor.fetchone()
        cursor.execute(TABLES, [protected_tables()])
        tables = cursor.fetchall()
    found = []
    if superuser or bypass:
        found.append(
            Error(
                f"The database role {role!r} bypasses row-level security.",
                hint="Point DATABASE_URL at a role that is NOSUPERUSER and NOBYPASSRLS.",
                id="access.E001",
            )
        )
    for table, enabled, owned in tables:
        if not enabled:
            found.append(Error(f"Table {table} has no row-level security.", id="access.E002"))
        if owned:
            found.append(
                Error(
                    f"The role {role!r} owns {table}, so its policies do not bind it.",
                    hint="Run migrations with the owner's URL, the application with another role.",
                    id="access.E003",
                )
            )
    return found


def refuse_to_start_unprotected() -> None:
    """For web, worker and live processes: stop rather than serve without protection."""
    if found := problems():
        raise SystemExit("\n".join(f"{e.id}: {e.msg} {e.hint or ''}".strip() for e in found))
