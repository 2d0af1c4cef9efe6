"""A schema: everything one kind of record can say, declared once and used for everything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import override

from . import difference as differing
from . import display as displaying
from .binding import bind
from .blocks import Block, Many, Rule
from .fields import EMPTY, Field
from .nodes import Node
from .parsing import parse
from .problems import Problem, Run


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`value` holds what could be kept; with `problems` it is not fit to be stored."""

    value: dict[str, Any]
    problems: list[Problem]

    @property
    def ok(self) -> bool:
        return not self.problems


class Schema:
    def __init__(self, *fields: Field, rules: Iterable[Rule] = ()) -> None:
        self.block = Block("", "", fields=tuple(fields), rules=tuple(rules))

    @property
    def fields(self) -> tuple[Field, ...]:
        return self.block.fields

    def clean(self, data: Any, *, complete: bool) -> Cleaned:
        """`data` checked and normalised. A draft may lack fields, but is never malformed."""
        run = Run(complete)
        value = self.block.clean(data, "", run, {})
        return Cleaned({} if value is EMPTY else value, run.problems)

    def parse_form(self, posted: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
        return parse(self.block, posted, prefix)

    def bind(
        self, data: Any, problems: Iterable[Problem] = (), language: str = "en", prefix: str = ""
    ) -> Node:
        return bind(self.block, data, problems, language, prefix)

    def display(self, value: dict[str, Any], language: str) -> displaying.Shown:
        return displaying.display(self.block, value, language)

    def difference(
        self, old: dict[str, Any], new: dict[str, Any], language: str
    ) -> list[differing.Change]:
        return differing.difference(self.block, old, new, language)

    def plain_text(self, value: dict[str, Any]) -> str:
        """Every text and code of `value`, codes with their labels in all three languages."""
        return plain_text(self.leaves(value))

    def json_schema(self, title: str = "", *, complete: bool = True) -> dict[str, Any]:
        """JSON Schema 2020-12 of a body, in English; a draft's (not complete) requires nothing."""
        with override("en"):
            found = self.block.json_schema()
        head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
        return head | ({"title": title} if title else {}) | (found if complete else _lax(found))

    def leaves(self, value: dict[str, Any]) -> list[Leaf]:
        """Every plain value of `value` with its field, path and the block it stands in."""
        found: list[Leaf] = []
        _gather(found, self.block, value, "", {})
        return found

    def pick(self, value: dict[str, Any], paths: Iterable[str]) -> dict[str, Any]:
        """The values at `paths`, each once; `goods.*.hs` gathers over a list."""
        picked = {path: _pick(value, path.split(".")) for path in paths}
        return {path: found for path, found in picked.items() if found not in (None, [])}

    def field_at(self, path: str) -> Field:
        """The field that a path such as `goods.0.hs` or `goods.*.hs` names."""
        found: Field = self.block
        for step in path.split("."):
            found = found.item if isinstance(found, Many) else _child(found, step, path)
        return found


def _lax(described: Any) -> Any:
    """A JSON Schema without what it requires."""
    if isinstance(described, list):
        return [_lax(item) for item in described]
    if not isinstance(described, dict):
        return described
    # `required` is a list of names; a property that is called so is a schema.
    return {
        name: _lax(part)
        for name, part in described.items()
        if name != "required" or isinstance(part, dict)
    }


class Leaf(NamedTuple):
    field: Field
    value: Any
    path: str
    block: dict[str, Any]


def plain_text(leaves: Iterable[Leaf]) -> str:
    """The same, of the leaves of a value."""
    words = dict.fromkeys(leaf.field.words(leaf.value) for leaf in leaves)
    words.pop("", None)
    return "\n".join(words)


def _gather(leaves: list[Leaf], found: Any, value: Any, path: str, block: dict[str, Any]) -> None:
    if found.holds == "fields":
        stem = f"{path}." if path else ""
        for child in found.fields:
            if child.name in value:
                _gather(leaves, child, value[child.name], stem + child.name, value)
    elif found.holds == "items":
        for at, item in enumerate(value):
            _gather(leaves, found.item, item, f"{path}.{at}", block)
    else:
        leaves.append(Leaf(found, value, path, block))


def _child(found: Field, step: str, path: str) -> Field:
    if isinstance(found, Block) and step in found.names:
        return found.names[step]
    raise KeyError(f"no field at {path!r}: {step!r} is not there")


def _pick(value: Any, steps: list[str]) -> Any:
    for at, step in enumerate(steps):
        if step == "*":
            rest = [_pick(item, steps[at + 1 :]) for item in value or []]
            flat: list[Any] = []
            for item in rest:
                flat.extend(item if isinstance(item, list) else [item])
            unique: list[Any] = []
            for item in flat:
                if item is not None and item not in unique:
                    unique.append(item)
            return unique
        value = value.get(step) if isinstance(value, dict) else None
    return value
