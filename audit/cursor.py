"""Lists that are read newest first, in pages that never skip or repeat.

A cursor says where a page begins: behind this moment and, of the rows of one moment, behind this key.
It is written so that it fits into an address.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


class BadCursor(ValueError):
    """A cursor that did not come from here."""


def first(found: QuerySet[Row], before: datetime | None, most: int) -> list[Row]:
    """The first so many, by the database's own ways."""
    return list(found[:most])


def page(
    found: QuerySet[Row],
    cursor: str,
    size: int,
    key: Callable[[str], object],
    take: Callable[[QuerySet[Row], datetime | None, int], list[Row]] = first,
) -> tuple[list[Row], str]:
    """The rows of one page, and the cursor of the one behind it, empty where there is none.

    `found` has the columns `at` and `id` and is in the order of both, newest first; `key` reads an
    `id`; `take` reads the first so many rows, where none is later than a moment. Raises BadCursor.
    """
    before = None
    if cursor:
        before, pk = _read(cursor, key)
        # The first condition says nothing more, but an index can begin there.
        found = found.filter(at__lte=before).filter(Q(at__lt=before) | Q(id__lt=pk))
    rows = take(found, before, size + 1)
    last: Any = rows[size - 1] if len(rows) > size else None
    return rows[:size], _write(last.at, last.pk) if last else ""


def _write(moment: datetime, key: object) -> str:
    text = f"{moment.astimezone(UTC).isoformat()} {key}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, key: Callable[[str], object]) -> tuple[datetime, object]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        at, found = text.split(" ")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("a moment without zone")
        return moment, key(found)
    except (binascii.Error, ValueError) as error:
        raise BadCursor("This is not a cursor of such a list.") from error
