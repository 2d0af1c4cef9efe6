"""A search as it stands in an address: read from a query string, and written back to one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from sharing.records import codes

from .queries import FACETS, Search

LONGEST = 200


class BadQuestion(Exception):
    """Something in the query string cannot be read: `field` and a sentence."""

    def __init__(self, field: str, message: str) -> None:
        self.field, self.message = field, message
        super().__init__(message)


def read(given: QueryDict) -> Search:
    """The search that a query string asks for. Raises BadQuestion naming what came."""
    text = given.get("q", "").strip()
    if len(text) > LONGEST:
        message = _("%(came)s characters came; at most %(most)s can be searched for.")
        raise BadQuestion("q", message % {"came": len(text), "most": LONGEST})
    if "\x00" in text:
        raise BadQuestion("q", _("The text holds a character that nothing contains."))
    purpose = given.get("purpose", "")
    if purpose and not codes.get("purpose").has(purpose):
        raise BadQuestion("purpose", _("“%(came)s” is no purpose.") % {"came": purpose[:40]})
    return Search(
        text=text,
        filters={name: given.getlist(name)[:20] for name in FACETS if given.getlist(name)},
        purpose=purpose,
        released_from=_day(given, "from"),
        released_to=_day(given, "to"),
        record=_record(given),
    )


def _record(given: QueryDict) -> str:
    name = given.get("record", "").strip()
    if len(name) > 40 or not name.isprintable():
        raise BadQuestion("record", no_such_record())
    return name


def no_such_record() -> str:
    """The same words whether or not there is such a record."""
    return _("This is no open record that you are working on. Choose one of yours, or none.")


def _day(given: QueryDict, name: str) -> date | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = _("“%(came)s” is no date; wanted one like 2026-11-21.")
        raise BadQuestion(name, message % {"came": text[:40]}) from None


def pairs(asked: Search) -> list[tuple[str, str]]:
    """The query string's pairs, without the page."""
    found: list[tuple[str, str]] = [("q", asked.text)] if asked.text else []
    found += [(name, value) for name, values in asked.filters.items() for value in values]
    found += [("purpose", asked.purpose)] if asked.purpose else []
    found += [("record", asked.record)] if asked.record else []
    if asked.released_from:
        found.append(("from", asked.released_from.isoformat()))
    if asked.released_to:
        found.append(("to", asked.released_to.isoformat()))
    return found


def write(asked: Search, **changes: Any) -> str:
    """The query string of `asked`; `page=2` and the like are added."""
    return urlencode([*pairs(asked), *((k, str(v)) for k, v in changes.items())])


def toggled(asked: Search, facet: str, value: str) -> str:
    """The query string after pressing one facet's value."""
    chosen = asked.filters.get(facet, [])
    values = [v for v in chosen if v != value] if value in chosen else [*chosen, value]
    filters = {**asked.filters, facet: values}
    return write(replace(asked, filters=filters))
