"""The form as an officer typed it, and as a template walks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language

from .. import handling as handlings
from ..kinds import Kind
from ..schema import Node, Problem
from . import rows
from .layout import lay_out, original_first, with_first_rows

#: Handling fields are posted as `handling-tlp`; all other names are the body's.
PREFIX = handlings.PREFIX


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, right or wrong."""

    body: dict[str, Any]
    handling: dict[str, Any]

    @classmethod
    def of(cls, kind: Kind, posted: QueryDict) -> Typed:
        body = rows.without_new(kind.schema.parse_form(posted))
        handling = handlings.SCHEMA.parse_form(posted, PREFIX)
        if handling.get("tlp") != "RED":
            handling.pop("named", None)
        return cls(body, handling)


def language() -> str:
    return (get_language() or "en")[:2]


def bound(kind: Kind, typed: Typed, problems: Iterable[Problem] = ()) -> tuple[Node, Node]:
    """The trees of fields of body and handling, each problem at its field."""
    found = list(problems)
    ours = [p for p in found if p.path.split(".")[0] != PREFIX]
    body = kind.schema.bind(with_first_rows(kind.schema, typed.body), ours, language())
    lay_out(body)
    original_first(body, str(typed.body.get("original_language") or language()))
    handling = handlings.SCHEMA.bind(
        typed.handling, handlings.own_problems(found), language(), PREFIX
    )
    return body, handling


def anchor(path: str) -> str:
    """The id of the field at a problem's path."""
    return f"f-{path.replace('.', '-')}" if path else "record-form"


def fit(kind: Kind, typed: Typed) -> Typed:
    """The part of `typed` that is well-formed: what can be compared and shown."""
    body = kind.schema.clean(typed.body, complete=False).value
    return Typed(body, handlings.SCHEMA.clean(typed.handling, complete=False).value)


def kept(typed: Typed, problems: Iterable[Problem]) -> Typed | None:
    """What can be saved although `problems` were found: all but the wrong values themselves.

    None where a whole list or block is wrong: leaving that out would lose more than it saves.
    """
    body, handling = _copy(typed.body), _copy(typed.handling)
    for problem in problems:
        steps = problem.path.split(".")
        tree = handling if steps[0] == PREFIX else body
        if not _drop(tree, steps[1:] if steps[0] == PREFIX else steps):
            return None
    return Typed(body, handling)


def _copy(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _copy(value) for key, value in data.items()}
    return [_copy(item) for item in data] if isinstance(data, list) else data


def _drop(tree: Any, steps: list[str]) -> bool:
    """Blank the plain value at `steps`; False where there is none."""
    for step in steps[:-1]:
        tree = _below(tree, step)
    last = _below(tree, steps[-1]) if steps else None
    if last is None or isinstance(last, dict | list):
        return False
    tree[int(steps[-1]) if isinstance(tree, list) else steps[-1]] = ""
    return True


def _below(tree: Any, step: str) -> Any:
    if isinstance(tree, dict):
        return tree.get(step)
    if isinstance(tree, list) and step.isdigit() and int(step) < len(tree):
        return tree[int(step)]
    return None
