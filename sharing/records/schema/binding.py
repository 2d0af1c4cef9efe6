"""Data to HTML forms: what was typed, right or wrong, with each problem at its field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import override

from .blocks import Block, Many, Translated
from .coded import SHORT, Code, Codes
from .fields import Decimal, Field
from .moments import DateTime
from .nodes import Node, Option
from .problems import Problem

# Stands for the number of a row in a template that script copies to add one.
INDEX = "__index__"


def bind(
    block: Block, data: Any, problems: Iterable[Problem], language: str, prefix: str = ""
) -> Node:
    """The form for `data` as it was typed, right or wrong, each problem at its field."""
    at: dict[str, list[str]] = {}
    with override(language):
        for problem in problems:
            at.setdefault(problem.path, []).append(str(problem.message))
        root = _Binder(language, at).node(block, data if isinstance(data, dict) else {}, prefix, "")
        _lift(root, at)
        return root


def _lift(root: Node, problems: dict[str, list[str]]) -> None:
    """A problem without a node of its own (one of several codes, a gone row) shows above it."""
    known = {node.path: node for node in _nodes(root)}
    for path, messages in problems.items():
        while path and path not in known:
            path = path.rpartition(".")[0]
            if path in known or not path:
                known.get(path, root).problems.extend(messages)


def _nodes(node: Node) -> Iterable[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


@dataclass(slots=True)
class _Binder:
    language: str
    problems: dict[str, list[str]]
    # The same field comes again on each row; its words are translated once.
    said: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    offered: dict[str, list[Option]] = field(default_factory=dict)

    def node(self, found: Field, value: Any, name: str, path: str, row: bool = False) -> Node:
        label, help_, example = self._words(found)
        node = Node(
            widget=found.widget,
            name=name,
            id=f"f-{name}" if name else "f",
            path=path,
            label=label,
            help=help_,
            required=found.required,
            personal=found.personal,
            problems=list(self.problems.get(path, ())),
            example=example,
            is_row=row,
        )
        if isinstance(found, Block):
            self._block(node, found, value)
        elif isinstance(found, Many):
            self._many(node, found, value)
        elif isinstance(found, Code):
            self._code(node, found, value)
        elif isinstance(found, DateTime):
            node.value = _local(value)
        elif isinstance(found, Decimal) and isinstance(value, str):
            node.value = _written(value)
        else:
            node.value = "" if value is None or isinstance(value, dict | list) else value
        return node

    def _words(self, found: Field) -> tuple[str, str, str]:
        if id(found) not in self.said:
            example = "" if found.example is None else str(found.example)
            self.said[id(found)] = (str(found.label), str(found.help), example)
        return self.said[id(found)]

    def _choices(self, found: Code, chosen: list[str]) -> list[Option]:
        if found.codes not in self.offered:
            pairs = found.list.choices(self.language)
            self.offered[found.codes] = [Option(code, label) for code, label in pairs]
        options = self.offered[found.codes]
        if not chosen:
            return options
        return [Option(o.value, o.label, True) if o.value in chosen else o for o in options]

    def _block(self, node: Node, found: Block, value: Any) -> None:
        given = value if isinstance(value, dict) else {}
        # What an optional group needs is needed once the group is begun.
        waits = bool(node.path) and not node.is_row and not found.required and not given
        for child in found.fields:
            name = f"{node.name}-{child.name}" if node.name else child.name
            path = f"{node.path}.{child.name}" if node.path else child.name
            below = self.node(child, given.get(child.name), name, path)
            if child.required and waits:
                below.required, below.needed_with = False, node.label
            node.children.append(below)
        if isinstance(found, Translated):
            node.value = {code: given.get(code, "") for code in ("en", "es", "fr")}

    def _many(self, node: Node, found: Many, value: Any) -> None:
        given = value if isinstance(value, list) else []
        node.max = found.max_items
        for at, item in enumerate(given[: found.max_items]):
            node.children.append(self._row(node, found, item, str(at)))
        # What is too much is refused; but it stays with the form until its writer takes it out.
        for at, item in enumerate(given[found.max_items :], found.max_items):
            node.carried += named(f"{node.name}-{at}", item)
            node.beyond += 1
        node.blank = self._row(node, found, None, INDEX)
        node.blank.origin = found

    def _row(self, node: Node, found: Many, item: Any, at: str) -> Node:
        row = self.node(found.item, item, f"{node.name}-{at}", f"{node.path}.{at}", row=True)
        row.label = row.label or str(found.item_label or found.label)
        return row

    def _code(self, node: Node, found: Code, value: Any) -> None:
        several = isinstance(found, Codes)
        chosen = value if isinstance(value, list) else [value] if value else []
        chosen = [str(code) for code in chosen if isinstance(code, str)]
        node.codes = found.codes
        node.value = chosen if several else (chosen[0] if chosen else "")
        if len(found.list) <= SHORT:
            node.options = self._choices(found, chosen)
            return
        node.options = [Option(c, found.list.label(c, self.language), True) for c in chosen]
        node.shown = ", ".join(option.label for option in node.options)


def named(name: str, value: Any) -> Iterable[tuple[str, str]]:
    """`value` as a form posts it under `name`: the reverse of reading it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from named(f"{name}-{key}", inner)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from named(name if isinstance(inner, str) else f"{name}-{at}", inner)
    elif value is not None:
        yield name, "on" if value is True else str(value)


def _written(value: str) -> str:
    """A stored number as the reader's language writes it; what was typed wrongly stays."""
    if not re.fullmatch(r"[0-9]+\.[0-9]+", value):
        return value
    return value.replace(".", formats.get_format("DECIMAL_SEPARATOR"))


def _local(value: Any) -> str:
    """A stored moment as a browser's datetime-local field wants it."""
    if not isinstance(value, str):
        return ""
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        return value
    if moment.tzinfo is not None:
        moment = timezone.localtime(moment)
    return moment.strftime("%Y-%m-%dT%H:%M")
