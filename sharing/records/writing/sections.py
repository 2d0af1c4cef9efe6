"""The editor's page in the order of work: sections of fields, each with how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..kinds import Kind
from ..schema import Block, Many, Node, Problem, Schema

HEAD, DETAILS, HANDLING = "essentials", "details", "handling"
CORRECTION = "correction"
#: Field -> the section it belongs to; lists of blocks have their own, the rest are details.
_HOME = {
    **dict.fromkeys(
        (
            "title",
            "original_language",
            "summary",
            "summary_translations",
            "typology",
            "legal_basis",
            "priority",
        ),
        HEAD,
    ),
    "requested_action": "requested_action",
    "links": "links",
    "notes": "links",
    "correction": CORRECTION,
}
_LABELS: dict[str, str | Promise] = {
    HEAD: _("Title and summary"),
    DETAILS: _("What and where"),
    "requested_action": _("Requested action"),
    "links": _("Links and notes"),
    HANDLING: _("Handling"),
    CORRECTION: _("Is it a correction?"),
}
_ICONS = {
    HEAD: "file-text",
    DETAILS: "map-pin",
    "goods": "package",
    "parties": "building-2",
    "conveyances": "container",
    "route": "route",
    "documents": "files",
    "requested_action": "target",
    "links": "link",
    HANDLING: "shield",
    "relations": "share-2",
    "identifiers": "id-card",
    "addresses": "house",
    "findings": "chart-column",
    CORRECTION: "file-check",
}
_DETAILS: dict[str, str | Promise] = {
    "suspect_entity": _("Entity"),
    "advance_notice": _("Measure and dates"),
    "trade_pattern": _("Pattern"),
}
_ORDER = (CORRECTION, HEAD, DETAILS, "goods", "parties", "conveyances", "route")
_LATE = ("documents", "requested_action", "links", HANDLING)


@dataclass(slots=True)
class Section:
    """`state`: wrong (a value is not acceptable), missing (needed before release), done, empty."""

    key: str
    label: str | Promise
    icon: str
    nodes: list[Node] = field(default_factory=list)
    state: str = "empty"
    count: int | None = None

    @property
    def anchor(self) -> str:
        return f"section-{self.key}"


def home(schema: Schema, name: str) -> str:
    """The section that the top-level field `name` stands in."""
    if name in _HOME:
        return _HOME[name]
    found: Any = schema.block.names.get(name)
    return name if isinstance(found, Many) and isinstance(found.item, Block) else DETAILS


def outline(
    kind: Kind, body: Node, handling: Node, missing: Iterable[Problem], amends: bool = False
) -> list[Section]:
    """The sections of a form, in the order of work. `missing` is what release still needs. Only
    what `amends` a released record can be a correction."""
    schema, labels = kind.schema, {**_LABELS, DETAILS: _DETAILS.get(kind.code, _LABELS[DETAILS])}
    found: dict[str, Section] = {}
    for node in body.children:
        key = home(schema, node.path)
        if key == CORRECTION and not amends:
            continue
        label = labels.get(key, node.label)
        section = found.setdefault(key, Section(key, label, _ICONS.get(key, "list")))
        section.nodes.append(node)
    found[HANDLING] = Section(HANDLING, _LABELS[HANDLING], _ICONS[HANDLING], [handling])
    incomplete = set(_homes(schema, missing))
    for section in found.values():
        _judge(section, section.key in incomplete)
    return sorted(found.values(), key=_place)


def _place(section: Section) -> int:
    if section.key in _ORDER:
        return _ORDER.index(section.key)
    return 100 + _LATE.index(section.key) if section.key in _LATE else 50


def _homes(schema: Schema, missing: Iterable[Problem]) -> Iterator[str]:
    for problem in missing:
        name = problem.path.split(".")[0]
        yield HANDLING if name == HANDLING else home(schema, name)


def _judge(section: Section, incomplete: bool) -> None:
    only = section.nodes[0]
    if only.widget == "many":
        section.count = len(only.children)
    if any(node.any_problem for node in section.nodes):
        section.state = "wrong"
    elif incomplete:
        section.state = "missing"
    elif any(node.filled for node in section.nodes):
        section.state = "done"
