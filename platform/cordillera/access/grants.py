"""What the runtime role may do to each table; applied after every migrate, by the owner."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connections
from psycopg import sql

#: Tables whose rows are never changed or never removed. Everything else: SELECT, INSERT, UPDATE, DELETE.
NARROWED = {
    # Entries come in through the function audit_write alone.
    "audit_entry": "SELECT",
    "audit_pending": "SELECT, DELETE",
    "audit_leaf": "SELECT, INSERT",
    "audit_block": "SELECT, INSERT, DELETE",
    "audit_tile": "SELECT, INSERT, UPDATE",
    "audit_checkpoint": "SELECT, INSERT",
    "audit_cosignature": "SELECT, INSERT",
    "audit_asking": "SELECT, INSERT, UPDATE",
    "audit_cosignedbefore": "SELECT, INSERT, DELETE",
    "audit_ownkey": "SELECT, INSERT, UPDATE",
    "audit_trustedkey": "SELECT, INSERT, UPDATE",
    "audit_witnessed": "SELECT, INSERT, UPDATE",
    "audit_seen": "SELECT, INSERT, UPDATE, DELETE",
    "audit_finding": "SELECT, INSERT",
    "audit_resolution": "SELECT, INSERT",
    "oversight_disclosure": "SELECT, INSERT, DELETE",
    "parties_keyset": "SELECT, INSERT",
    "records_record": "SELECT, INSERT, UPDATE",
    "records_version": "SELECT, INSERT, UPDATE",
    "records_decision": "SELECT, INSERT, UPDATE",
    "records_outboxrow": "SELECT, INSERT, UPDATE",
    "django_migrations": "SELECT",
}

CREATE_ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = {literal}) THEN
        CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


def grant(sender: Any = None, using: str = "default", **kwargs: Any) -> None:
    """Give the runtime role its rights. Runs as the owner (post_migrate); makes the role if it may."""
    role = sql.Identifier(settings.DATABASE_RUNTIME_ROLE)
    connection = connections[using]
    database = sql.Identifier(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(CREATE_ROLE).format(
                role=role, literal=sql.Literal(settings.DATABASE_RUNTIME_ROLE)
            )
        )
        for statement in (
            # No tables of its own, temporary ones neither: they could stand in for ours.
            "REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {role}",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
            "GRANT USAGE ON SCHEMA public TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
            "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
        ):
            cursor.execute(sql.SQL(statement).format(role=role, database=database))
        present = set(connection.introspection.table_names(cursor))
        for table, rights in NARROWED.items():
            if table in present:
                name = sql.Identifier(table)
                cursor.execute(sql.SQL("REVOKE ALL ON {t} FROM {role}").format(t=name, role=role))
                cursor.execute(
                    sql.SQL("GRANT " + rights + " ON {t} TO {role}").format(t=name, role=role)
                )
