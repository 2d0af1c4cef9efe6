"""Dates and moments."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from cordillera.web import moments

from .fields import EMPTY, Field
from .problems import Problem, Run, came

if TYPE_CHECKING:
    from .schema import Leaf

_EARLIEST, _LATEST = 1900, 2100


@dataclass(frozen=True)
class Date(Field):
    """A day. `past`: it has happened, so that one still to come is a slip (see too_late)."""

    past: bool = False
    widget: ClassVar[str] = "date"

    def clean(self, raw: Any, path: str, run: Run, siblings: dict[str, Any]) -> Any:
        if isinstance(raw, str):
            text = raw.strip()
            if not text:
                return EMPTY
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
                try:
                    day = dt.date.fromisoformat(text)
                except ValueError:
                    day = None
                if day and _EARLIEST <= day.year <= _LATEST:
                    return text
        message = _("A date like 2026-11-30, between 1900 and 2100, was expected; {came} came.")
        run.add(path, "not_a_date", message, came=came(raw))
        return EMPTY

    def shown(self, value: Any) -> str:
        return moments.day_words(dt.date.fromisoformat(value))

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True)
class DateTime(Field):
    """A moment, kept in UTC ("2026-11-12T15:40:00Z"); what comes in must say its offset.
    `past`: it has happened (see too_late)."""

    past: bool = False
    widget: ClassVar[str] = "datetime"

    def clean(self, raw: Any, path: str, run: Run, siblings: dict[str, Any]) -> Any:
        if isinstance(raw, str):
            text = raw.strip()
            if not text:
                return EMPTY
            moment = _moment(text)
            if moment:
                return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        message = _(
            "A date and time with its offset, like 2026-11-12T15:40:00Z, was expected; {came} came."
        )
        run.add(path, "not_a_time", message, came=came(raw))
        return EMPTY

    def shown(self, value: Any) -> str:
        return moments.words(dt.datetime.fromisoformat(value), "long")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


#: Clocks differ a little; and where a day ends depends on who says it.
SLACK = dt.timedelta(minutes=5)
LATEST_ZONE = dt.timedelta(hours=14)


def too_late(leaves: Iterable[Leaf], now: dt.datetime) -> Iterator[Problem]:
    """A problem at each value that says what happened, but is still to come. Asked when somebody
    writes, never of what comes from another Party: his clock and ours may differ."""
    for leaf in leaves:
        field = leaf.field
        if isinstance(field, DateTime) and field.past:
            moment = _moment(leaf.value)
            wrong = moment is not None and moment > now + SLACK
        elif isinstance(field, Date) and field.past:
            wrong = dt.date.fromisoformat(leaf.value) > (now + LATEST_ZONE).date()
        else:
            continue
        if wrong:
            words = _("This is still to come (%(when)s): say when it happened.")
            when = field.shown(leaf.value)
            yield Problem(leaf.path, "in_future", words % {"when": when})


def _moment(text: str) -> dt.datetime | None:
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T", text) or len(text) > 40:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
        if moment.tzinfo is None or not _EARLIEST <= moment.year <= _LATEST:
            return None
        return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
