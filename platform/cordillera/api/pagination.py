"""Pages by keyset: a cursor holds the sort key of the last row, so that inserts neither repeat nor
hide rows, and page 1,000 costs what page 1 costs. There are no totals: they would count what the
caller may not see, or cost a scan.

A cursor is opaque to callers. It is not signed, because it grants nothing: whatever it says, the
rows after it are only ever those that the caller may see.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from . import parameters
from .errors import Fault

MOST = 100
CURSOR = parameters.text(
    "cursor", 200, "Where to go on: `next` of the page before. Leave it out to begin."
)
LIMIT = parameters.integer("limit", 1, MOST, 50, "How many at most.")


@dataclass(frozen=True)
class Stretch:
    """Rows in the order of one moment (never null in them) and then of their id."""

    rows: QuerySet[Any]
    moment: str
    newest_first: bool = True

    def after(self, key: tuple[datetime, UUID] | None) -> QuerySet[Any]:
        # As the indexes are: without NULLS LAST the planner would sort the whole table.
        moment = F(self.moment)
        rows = self.rows.order_by(
            moment.desc(nulls_last=True) if self.newest_first else moment.asc(), "pk"
        )
        if key is None:
            return rows
        at, pk = key
        onward = "lt" if self.newest_first else "gt"
        return rows.filter(
            # The first condition alone lets the index begin at the right place.
            Q(**{f"{self.moment}__{onward}e": at}),
            Q(**{f"{self.moment}__{onward}": at}) | Q(pk__gt=pk),
        )


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    next: str | None


def page(stretches: list[Stretch], cursor: str | None, limit: int) -> Page:
    """One page of the stretches, one after the other. Raises Fault for a cursor not of ours."""
    at, key = _read(cursor, len(stretches)) if cursor else (0, None)
    found: list[Any] = []
    places: list[int] = []
    for number in range(at, len(stretches)):
        start = key if number == at else None
        more = list(stretches[number].after(start)[: limit + 1 - len(found)])
        found += more
        places += [number] * len(more)
        if len(found) > limit:
            break
    if len(found) <= limit:
        return Page(found, None)
    last, place = found[limit - 1], places[limit - 1]
    moment = getattr(last, stretches[place].moment)
    return Page(found[:limit], encode([place, moment.isoformat(), str(last.pk)]))


def _read(cursor: str, stretches: int) -> tuple[int, tuple[datetime, UUID]]:
    match decode(cursor):
        case [int(place), str(moment), str(pk)] if 0 <= place < stretches:
            try:
                key = datetime.fromisoformat(moment), UUID(pk)
            except ValueError:
                raise bad_cursor() from None
            if key[0].tzinfo is not None and 1970 <= key[0].year <= 2200:
                return place, key
    raise bad_cursor()


def encode(parts: list[Any]) -> str:
    text = json.dumps(parts, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decode(cursor: str) -> Any:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise bad_cursor() from None


def bad_cursor(name: str = "cursor") -> Fault:
    message = _("This is not a cursor that this list gave out; begin without one.")
    return Fault("parameter", problems=[{"path": name, "code": "cursor", "message": message}])
