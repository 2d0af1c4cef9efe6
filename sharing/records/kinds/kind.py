"""What a kind of record is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import override

from sharing.records import terms
from sharing.records.schema import Schema, Shown


@dataclass(frozen=True, slots=True)
class Clock:
    """A date in a body that matters by itself; who holds the record is reminded before it."""

    path: str
    label: str | Promise
    remind_days: tuple[int, ...] = (14, 3)


@dataclass(frozen=True)
class Kind:
    """One kind of record. `letters` stand in its references; `answered_by` names the kinds
    that may be *about* it; `naming(body, language)` titles records
    that carry no title of their own."""

    code: str
    letters: str
    label: str | Promise
    label_plural: str | Promise
    schema: Schema
    icon: str = "file-text"
    description: str | Promise = ""
    is_answer: bool = False
    answered_by: tuple[str, ...] = ()
    featured: tuple[str, ...] = ()
    review_months: int = 6
    expiry_months: int = 12
    clocks: tuple[Clock, ...] = ()
    naming: Callable[[dict[str, Any], str], str] | None = None

    def title(self, body: dict[str, Any], language: str) -> str:
        """One line that names a record, in `language` or else in the one it was written in."""
        given = body.get("title") or {}
        for code in (language, body.get("original_language"), *given):
            if given.get(code):
                return str(given[code])
        with override(language):
            return (self.naming(body, language) if self.naming else "") or str(self.label)

    def titles(self, body: dict[str, Any]) -> dict[str, str]:
        """The title in all three languages where it is derived, else as it was written."""
        given = body.get("title")
        return dict(given) if given else {c: self.title(body, c) for c in ("en", "es", "fr")}

    def terms(self, body: dict[str, Any]) -> list[terms.Term]:
        return terms.draw(self.schema.leaves(body))

    def featured_values(self, body: dict[str, Any]) -> dict[str, Any]:
        """The raw values lists show at a glance, by path; fit to be stored beside the record."""
        return self.schema.pick(body, self.featured)

    def show_featured(self, values: dict[str, Any], language: str) -> list[tuple[str, str]]:
        """(label, text) for stored featured values, in the reader's language."""
        with override(language):
            return [pair for path, value in values.items() if (pair := self._one(path, value))]

    def _one(self, path: str, value: Any) -> tuple[str, str] | None:
        try:
            field = self.schema.field_at(path)
        except KeyError:
            return None
        several = value if isinstance(value, list) and "*" in path else [value]
        return str(field.label), ", ".join(field.brief(item) for item in several)

    def clock_dates(self, body: dict[str, Any]) -> Iterator[tuple[Clock, dt.date]]:
        """Each clock that runs for `body`, with its date."""
        for clock in self.clocks:
            found = self.schema.pick(body, (clock.path,)).get(clock.path)
            if isinstance(found, str):
                yield clock, dt.date.fromisoformat(found[:10])

    def display(self, body: dict[str, Any], language: str) -> Shown:
        return self.schema.display(body, language)
