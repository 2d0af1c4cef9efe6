"""Row-level security as migration operations.

The runtime role is neither superuser nor owner of the tables, so these policies bind it; a filter
that was forgotten then returns nothing. `(SELECT current_setting(…))` is evaluated once per
statement.
"""

from __future__ import annotations

from django.db import migrations

PARTY = "(SELECT current_setting('cordillera.party', true))"
ACCOUNT = "(SELECT nullif(current_setting('cordillera.account', true), '')::uuid)"

#: The remote Party whose envelope the node is applying; empty at all other times.
SENDER = "(SELECT current_setting('cordillera.sender', true))"
#: Whose private keys lie here is hosted here, and nobody else writes in its name.
SENDER_IS_REMOTE = (
    "(SELECT NOT EXISTS (SELECT 1 FROM parties_partykey k"
    " WHERE k.party_id = current_setting('cordillera.sender', true)"
    " AND k.sealed_private IS NOT NULL))"
)


def on(name: str) -> str:
    """SQL that is true when the setting `name` is on for this transaction."""
    return f"(SELECT current_setting('cordillera.{name}', true) = 'on')"


def replaced(sql: str, was: str, now: str) -> str:
    """The SQL of an earlier migration with one thing changed. Raises ValueError where that is not in
    it just once: it is other SQL than this was written for."""
    if sql.count(was) != 1:
        raise ValueError(f"not just once in the SQL: {was}")
    return sql.replace(was, now)


def enable(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    )


def policy(
    table: str, name: str, command: str, using: str | None = None, check: str | None = None
) -> migrations.RunSQL:
    """CREATE POLICY `name` on `table` for SELECT, INSERT, UPDATE, DELETE or ALL."""
    sql = f"CREATE POLICY {name} ON {table} FOR {command}"
    if using:
        sql += f" USING ({using})"
    if check:
        sql += f" WITH CHECK ({check})"
    return migrations.RunSQL(sql, f"DROP POLICY {name} ON {table}")


def bears_code_of(table: str, thing: str, party: str) -> migrations.RunSQL:
    """The column `thing` holds ids of the Party whose code is in the column `party`, as
    `crypto.ids` makes them."""
    name = f"{table.partition('_')[2]}_id_of_party"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ("
        f"left({thing}::text, 4) = to_hex(ascii({party}) * 256 + ascii(substr({party}, 2)))"
        f" AND substr({thing}::text, 15, 1) = '8'"
        f" AND substr({thing}::text, 20, 1) IN ('8', '9', 'a', 'b'))",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def belongs_to_party(table: str, column: str = "party_id") -> list[migrations.RunSQL]:
    """The whole protection of a table whose rows belong to one Party each."""
    mine = f"{column} = {PARTY}"
    return [enable(table), policy(table, f"{table}_own_party", "ALL", mine, mine)]
