"""The buttons of repeating blocks when they are submitted: a form without scripts works the same.

A button's name says what it does: `add:goods`, `remove:goods:2`, `up:goods:2`, `down:goods:0`.
Rearrange what was posted before the schema reads it: reading drops blank rows, and numbers shift.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

_NAME = re.compile(r"(add|remove|up|down):([\w-]{1,200})(?::([0-9]{1,7}))?")


@dataclass(frozen=True)
class Pressed:
    verb: str
    stem: str
    at: int = 0


def pressed(posted: QueryDict) -> Pressed | None:
    """The repeating block's button this form was sent with, if any."""
    for name in posted:
        if found := _NAME.fullmatch(name):
            verb, stem, at = found.groups()
            if verb == "add" or at:
                return Pressed(verb, stem, int(at or 0))
    return None


def rearranged(posted: QueryDict, button: Pressed) -> QueryDict:
    """The form with the row removed or moved; adding is done by `with_blank`."""
    other = {"up": button.at - 1, "down": button.at + 1}.get(button.verb)
    if button.verb == "remove":
        return _renamed(posted, button.stem, lambda at: None if at == button.at else at)
    if other is None or other < 0:
        return posted
    swapped = {button.at: other, other: button.at}
    return _renamed(posted, button.stem, lambda at: swapped.get(at, at))


def _renamed(posted: QueryDict, stem: str, place: Callable[[int], int | None]) -> QueryDict:
    row = re.compile(rf"{re.escape(stem)}-([0-9]{{1,7}})(-.*)?")
    result = QueryDict(mutable=True)
    for name, values in posted.lists():
        found = row.fullmatch(name)
        at = place(int(found[1])) if found else 0
        if at is not None:
            result.setlist(f"{stem}-{at}{found[2] or ''}" if found else name, values)
    return result


def with_blank(data: dict[str, Any], stem: str) -> dict[str, Any]:
    """`data` with one empty row more in the list that `stem` names (as `legs-0-seals`); a stem
    that fits nothing changes nothing."""
    place: Any = data
    *steps, last = stem.split("-")
    for step in steps:
        place = _below(place, step)
    if isinstance(place, dict) and isinstance(place.setdefault(last, []), list):
        place[last].append({})
    return data


def _below(place: Any, step: str) -> Any:
    if isinstance(place, dict):
        return place.setdefault(step, {})
    if isinstance(place, list) and step.isdecimal() and int(step) < len(place):
        return place[int(step)]
    return None
