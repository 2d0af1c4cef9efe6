"""Query parameters, declared once: they are read by this and documented from this.

A parameter that is not declared is refused: a misspelt filter would otherwise return everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .errors import Fault

_SHOWN = re.compile(r"[^\w .,:@+-]")


@dataclass(frozen=True)
class Parameter:
    """`read` turns the text into a value, or raises ValueError."""

    name: str
    description: str
    schema: Callable[[], dict[str, Any]]
    read: Callable[[str], Any] = str
    default: Any = None
    many: bool = False
    required: bool = False
    most: int = 1
    example: Any = field(default=None)


def choice(
    name: str, values: Callable[[], Iterable[str]], description: str, **more: Any
) -> Parameter:
    def read(raw: str) -> str:
        if raw not in values():
            raise ValueError
        return raw

    return Parameter(
        name, description, lambda: {"type": "string", "enum": list(values())}, read, **more
    )


def integer(
    name: str, least: int, most: int, default: int, description: str, **more: Any
) -> Parameter:
    def read(raw: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", raw) or not least <= int(raw) <= most:
            raise ValueError
        return int(raw)

    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return Parameter(name, description, lambda: schema, read, default, **more)


def text(name: str, max_length: int, description: str, **more: Any) -> Parameter:
    """A line of text; control characters and halves of characters are refused."""

    def read(raw: str) -> str:
        if len(raw) > max_length or not raw.isprintable():
            raise ValueError
        return raw

    schema = {"type": "string", "maxLength": max_length}
    return Parameter(name, description, lambda: schema, read, **more)


def flag(name: str, description: str) -> Parameter:
    def read(raw: str) -> bool:
        return {"1": True, "true": True, "0": False, "false": False}[raw]

    schema = {"type": "string", "enum": ["1", "true", "0", "false"]}
    return Parameter(name, description, lambda: schema, read, default=False)


def read(declared: Iterable[Parameter], query: Any) -> dict[str, Any]:
    """The values of a request's query (a QueryDict) by name. Raises Fault."""
    known = {one.name: one for one in declared}
    problems = [
        _problem(name, "unknown", _unknown(name, known)) for name in query if name not in known
    ]
    found: dict[str, Any] = {}
    for one in known.values():
        try:
            found[one.name] = _value(one, query.getlist(one.name))
        except (ValueError, KeyError):
            problems.append(_problem(one.name, "unacceptable", _wanted(one, query)))
    if problems:
        raise Fault("parameter", problems=problems[:20])
    return found


def _value(one: Parameter, raw: list[str]) -> Any:
    if len(raw) > one.most or (one.required and not raw):
        raise ValueError
    values = [one.read(text) for text in raw]
    if one.many:
        return values
    return values[0] if values else one.default


def _problem(path: str, code: str, message: str) -> dict[str, str]:
    return {"path": shown(path), "code": code, "message": message}


def _unknown(name: str, known: Mapping[str, Any]) -> str:
    if not known:
        return _("This address takes no parameters; “%(name)s” came.") % {"name": shown(name)}
    message = _("There is no parameter “%(name)s”; there are %(known)s.")
    return message % {"name": shown(name), "known": ", ".join(known)}


def _wanted(one: Parameter, query: Any) -> str:
    schema = one.schema()
    words = {"name": one.name, "came": shown(", ".join(query.getlist(one.name)))}
    if "enum" in schema:
        message = _("“%(name)s” was given “%(came)s”; wanted one of %(wanted)s.")
        return message % {**words, "wanted": ", ".join(schema["enum"])}
    if "minimum" in schema:
        message = _(
            "“%(name)s” was given “%(came)s”; wanted a whole number, %(least)s to %(most)s."
        )
        return message % {**words, "least": schema["minimum"], "most": schema["maximum"]}
    message = _("“%(name)s” was given “%(came)s”, which is not acceptable.")
    return message % words


def shown(text: str) -> str:
    """What came in, fit to be quoted: short, and without anything invisible."""
    return _SHOWN.sub("�", text[:60])
