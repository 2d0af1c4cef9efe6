"""Write many new rows by one statement whose text does not grow with them.

Django's bulk_create prepares each column of each row in Python, which was half of the time that an
envelope of two hundred records took. Here the rows go as one JSON document, which PostgreSQL reads
as rows of the table itself: so its types, constraints, triggers and policies apply as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault


def insert(instances: Sequence[Model], after: str = "") -> None:
    """Insert these new instances of one model. What the database sets by default is not read back,
    and no signal is sent. All of them leave the same columns to the database. `after` is put behind
    the statement, as with `insert_rows`."""
    if not instances:
        return
    model = type(instances[0])
    fields = [
        (str(field.column), field.attname)
        for field in model._meta.concrete_fields
        if not _is_set_by_database(instances[0], field.attname, field.primary_key)
    ]
    rows = [{column: getattr(one, name) for column, name in fields} for one in instances]
    insert_rows(model._meta.db_table, [column for column, _ in fields], rows, after)
    for one in instances:
        one._state.adding = False


def insert_rows(
    table: str, columns: Sequence[str], rows: Sequence[dict[str, Any]], after: str = ""
) -> None:
    """Insert `rows`, each of which has these columns. `after` is put behind the statement, as an ON
    CONFLICT. Names are our own, never what somebody sent."""
    if not rows:
        return
    names = ", ".join(f'"{column}"' for column in columns)
    execute(
        f'INSERT INTO "{table}" ({names}) SELECT {names}'  # noqa: S608 - our own names
        f' FROM json_populate_recordset(NULL::"{table}", %s::json) {after}',
        rows,
    )


def execute(statement: str, rows: Sequence[Any]) -> None:
    """A statement whose one parameter is `rows` as a JSON document. That goes beside it: written into
    it, a document of megabytes is quoted here and read once more there."""
    with _beside() as cursor:
        cursor.execute(statement, [orjson.dumps(rows, default=str).decode()])


def _beside() -> CursorWrapper:
    connection.ensure_connection()
    beside = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    cursor: CursorWrapper = connection._prepare_cursor(beside)  # type: ignore[attr-defined]
    return cursor


def upsert(instances: Sequence[Model], unique: Sequence[str], update: Sequence[str]) -> None:
    """Insert these instances; where one with the same `unique` fields is there, set its fields
    `update` to theirs instead."""
    if not instances:
        return
    found = {field.name: f'"{field.column}"' for field in instances[0]._meta.concrete_fields}
    known = ", ".join(found[name] for name in unique)
    changes = ", ".join(f"{found[name]} = EXCLUDED.{found[name]}" for name in update)
    insert(instances, f"ON CONFLICT ({known}) DO UPDATE SET {changes}")


def _is_set_by_database(one: Model, name: str, is_key: bool) -> bool:
    value = getattr(one, name)
    return isinstance(value, DatabaseDefault) or (is_key and value is None)
