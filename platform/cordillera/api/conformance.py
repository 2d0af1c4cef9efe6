"""Does a value have the published shape? Only what our own JSON Schemas use is checked.

Whoever declares a shape has it both documented and enforced. What a shape cannot say (code lists,
check digits, dates in order) the kind's own schema says afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from .errors import Fault
from .parameters import shown

Problem = dict[str, str]
MOST_PROBLEMS = 100
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


def require(shape: dict[str, Any], value: Any, path: str = "") -> None:
    """Raise Fault unless `value` conforms to `shape`."""
    if found := list(islice(problems(shape, value, path), MOST_PROBLEMS)):
        raise Fault("invalid", problems=found)


def problems(shape: dict[str, Any], value: Any, path: str = "") -> Iterator[Problem]:
    kinds = shape.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if choices := [list(problems(one, value, path)) for one in shape.get("anyOf", ())]:
        yield from min(choices, key=len)
    if kinds and not any(_is(kind, value) for kind in kinds):
        yield _wrong_type(path, kinds, value)
    elif isinstance(value, str):
        yield from _text(shape, value, path)
    elif isinstance(value, dict):
        yield from _object(shape, value, path)
    elif isinstance(value, list) and len(value) > shape.get("maxItems", len(value)):
        message = _("This list has %(count)s entries; at most %(most)s are accepted.")
        words = {"count": len(value), "most": shape["maxItems"]}
        yield _problem(path, "too_many", message % words)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from problems(shape.get("items", {}), item, f"{path}.{at}")


def _is(kind: str, value: Any) -> bool:
    if kind == "null":
        return value is None
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, TYPES[kind])


def _object(shape: dict[str, Any], value: dict[str, Any], path: str) -> Iterator[Problem]:
    known = shape.get("properties", {})
    stem = f"{path}." if path else ""
    for name in shape.get("required", ()):
        if name not in value:
            yield _problem(f"{stem}{name}", "required", _("This is needed."))
    for name, item in value.items():
        if name in known:
            yield from problems(known[name], item, f"{stem}{name}")
        elif shape.get("additionalProperties") is False:
            message = _("There is no field “%(name)s” here.") % {"name": shown(name)}
            yield _problem(path, "unknown_field", message)


def _text(shape: dict[str, Any], value: str, path: str) -> Iterator[Problem]:
    most = shape.get("maxLength")
    if most is not None and len(value) > most:
        message = _("This text has %(length)s characters; at most %(most)s are accepted.")
        yield _problem(path, "too_long", message % {"length": len(value), "most": most})
    elif not value and (shape.get("format") or shape.get("enum") or shape.get("minLength")):
        yield _problem(
            path, "empty", _("Leave out what is not known, instead of sending it empty.")
        )
    elif shape.get("pattern") and not re.search(shape["pattern"], value):
        message = _("“%(came)s” is not written as it is wanted: %(pattern)s.")
        words = {"came": shown(value), "pattern": shape["pattern"]}
        yield _problem(path, "format", message % words)


def _wrong_type(path: str, kinds: list[str], value: Any) -> Problem:
    words = {
        "object": _("a group of fields"),
        "array": _("a list"),
        "string": _("text"),
        "integer": _("a whole number"),
        "number": _("a number"),
        "boolean": _("true or false"),
    }
    wanted = next((kind for kind in kinds if kind != "null"), "null")
    came = next((kind for kind in TYPES if _is(kind, value)), "")
    message = _("The JSON type is not the one wanted, which is %(wanted)s.")
    if came:
        message = _("This is %(came)s; wanted is %(wanted)s.")
    return _problem(
        path, "wrong_type", message % {"came": words.get(came, ""), "wanted": words.get(wanted, "")}
    )


def _problem(path: str, code: str, message: str) -> Problem:
    return {"path": path, "code": code, "message": message}


def relaxed(shape: dict[str, Any]) -> dict[str, Any]:
    """The shape of a draft: nothing is required yet, and null stands for what is not known."""
    found = {k: v for k, v in shape.items() if k not in ("required", "$schema", "uniqueItems")}
    if "properties" in shape:
        found["properties"] = {k: or_null(relaxed(v)) for k, v in shape["properties"].items()}
    if "items" in shape:
        found["items"] = or_null(relaxed(shape["items"]))
    return found


def or_null(shape: dict[str, Any]) -> dict[str, Any]:
    """The same, or null for what is not there."""
    if "type" not in shape:
        return {**shape, "anyOf": [*shape["anyOf"], {"type": "null"}]}
    found = {**shape, "type": [shape["type"], "null"]}
    if "enum" in shape:
        found["enum"] = [*shape["enum"], None]
    return found
