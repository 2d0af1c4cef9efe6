"""A version's content in sections, whatever its kind: drawn from the schema's own display.

A field that several kinds share (goods, route, parties …) has a template of its own name in
templates/records/blocks/; everything else is shown by its shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..schema import Shown
from . import goods, route

#: Shown at the head of the page, or beside the content.
HEAD = {
    "title",
    "original_language",
    "summary",
    "summary_translations",
    "priority",
    "links",
    "correction",
}
#: Blocks that read well as one line among the facts.
IN_FACTS = {"location", "place", "period", "aliases"}
#: name: whether it needs the page's whole width.
OWN_TEMPLATE = {"goods": True, "route": True, "requested_action": False}
#: What these kinds are about, so it stands before the rest.
LEADING = ("goods", "route")
#: A table of so few columns needs half the width.
NARROW = 2
#: Not a column of its own: it marks the identifier beside it.
AS_FOUND = "as_found"


@dataclass(slots=True)
class Section:
    """`template` draws `shown`; `extra` is what it needs besides."""

    name: str
    label: str
    template: str
    shown: Shown
    wide: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Content:
    facts: list[Shown]
    sections: list[Section]

    def __getitem__(self, name: str) -> Section:
        """A section by its field's name; KeyError where the version has none."""
        return {section.name: section for section in self.sections}[name]

    def __contains__(self, name: object) -> bool:
        return any(s.name == name for s in self.sections)

    @property
    def after_action(self) -> list[Section]:
        """Everything but the requested action, which some kinds show first: goods and the route
        lead, the rest keeps the schema's order."""
        rest = [s for s in self.sections if s.name != "requested_action"]
        return sorted(rest, key=lambda s: LEADING.index(s.name) if s.name in LEADING else 9)


def content(shown: Shown) -> Content:
    """Facts are single values; every other value gets a section of its own, in schema order."""
    found = Content([], [])
    for child in shown.children:
        if child.name in HEAD:
            continue
        if _is_fact(child):
            found.facts.append(child)
        else:
            found.sections.append(_section(child))
    return found


def _is_fact(shown: Shown) -> bool:
    if shown.name in OWN_TEMPLATE:
        return False
    if shown.is_group or shown.is_list:
        return shown.name in IN_FACTS
    return shown.widget != "textarea"


def _section(shown: Shown) -> Section:
    if shown.name in OWN_TEMPLATE:
        section = Section(
            shown.name,
            shown.label,
            f"records/blocks/{shown.name}.html",
            shown,
            OWN_TEMPLATE[shown.name],
        )
        if shown.name == "goods":
            section.extra["lines"] = list(goods.lines(shown))
        if shown.name == "route":
            section.extra["points"] = route.points(shown)
        return section
    if shown.is_list and any(child.is_group for child in shown.children):
        heads = columns(shown)
        wide = len(heads) > NARROW
        table = Section(shown.name, shown.label, "records/blocks/table.html", shown, wide)
        table.extra["columns"] = heads
        table.extra["rows"] = list(rows(shown))
        return table
    shape = "list" if shown.is_list else "facts" if shown.is_group else "text"
    return Section(shown.name, shown.label, f"records/blocks/{shape}.html", shown)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; `shown` is None where the row has nothing there."""

    label: str
    shown: Shown | None
    as_found: bool = False


def columns(shown: Shown) -> list[Shown]:
    """One cell per column that some row has, for its label."""
    found: dict[str, Shown] = {}
    for row in shown.children:
        for child in row.children:
            if child.name != AS_FOUND:
                found.setdefault(child.name, child)
    return list(found.values())


def rows(shown: Shown) -> Iterator[list[Cell]]:
    heads = [(column.name, column.label) for column in columns(shown)]
    for row in shown.children:
        held = {child.name: child for child in row.children}
        kept = bool(held[AS_FOUND].raw) if AS_FOUND in held else False
        cells = ((label, held.get(name)) for name, label in heads)
        yield [Cell(label, cell, kept and bool(cell and cell.scheme)) for label, cell in cells]
