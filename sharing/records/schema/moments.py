"""Dates and moments."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from cordillera.web import moments

from .fields import EMPTY, Field
from .problems import Run, came

_EARLIEST, _LATEST = 1900, 2100


@dataclass(frozen=True)
class Date(Field):
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
    """A moment, kept in UTC ("2026-11-12T15:40:00Z"); what comes in must say its offset."""

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
