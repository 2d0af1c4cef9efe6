"""The database of one node in a cluster, and the role that row-level security binds."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

DATABASE = "cordillera"
RUNTIME_ROLE = "cordillera_runtime"


def make_database(owner_url: str, password: str) -> str:
    """Make the database and the runtime role if they are missing; return the role's URL."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(owner_url, autocommit=True) as connection:
        role, name = sql.Identifier(RUNTIME_ROLE), sql.Identifier(DATABASE)
        if not _exists(connection, "pg_roles", "rolname", RUNTIME_ROLE):
            connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        rights = "ALTER ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}"
        connection.execute(sql.SQL(rights).format(role, sql.Literal(password)))
        if not _exists(connection, "pg_database", "datname", DATABASE):
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    query = urlsplit(owner_url).query
    return f"postgresql://{RUNTIME_ROLE}:{quote(password)}@/{DATABASE}?{query}"


def drop_database(owner_url: str) -> None:
    """Drop the database with all it holds, even while others are connected; the role stays."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(owner_url, autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(drop.format(sql.Identifier(DATABASE)))


def _exists(connection: object, table: str, column: str, value: str) -> bool:
    query = f"SELECT 1 FROM {table} WHERE {column} = %s"  # noqa: S608
    return connection.execute(query, [value]).fetchone() is not None  # type: ignore[attr-defined]


def named(url: str, database: str) -> str:
    return urlsplit(url)._replace(path=f"/{database}").geturl()
