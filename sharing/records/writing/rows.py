"""Rows of repeating blocks without scripts: a button adds, removes or moves one, by a whole POST.

The steps work on the posted names (`goods-2-hs`), before these become data: so rows that are still
blank keep their place, and what was typed elsewhere stays as it is, right or wrong.
"""

from __future__ import annotations

import re
from typing import Any

from django.http import QueryDict

from ..schema import Block, Many, Schema

#: Stands in a new row until the form was read: rows without any value are left out.
NEW = "\ue000"
_STEP = re.compile(r"(add|remove|up|down):([a-z_0-9]+(?:-[a-z_0-9]+)*)(?::([0-9]{1,7}))?")


def step_of(posted: QueryDict) -> tuple[str, str] | None:
    """The pressed row button, as (verb, name): `remove:goods:2` says ("remove", "goods-2")."""
    for name in posted:
        if found := _STEP.fullmatch(name):
            verb, stem, at = found.groups()
            return verb, f"{stem}-{at}" if at else stem
    return None


def take(posted: QueryDict, verb: str, name: str, schema: Schema) -> QueryDict:
    """A copy of `posted` after the step; a step that leads nowhere changes nothing."""
    changed = posted.copy()
    if verb == "add":
        _add(changed, name, schema)
    elif verb == "remove":
        for key in [key for key in changed if _within(key, name)]:
            del changed[key]
    else:
        _move(changed, name, -1 if verb == "up" else 1)
    return changed


def _within(key: str, name: str) -> bool:
    return key == name or key.startswith(f"{name}-")


def _numbers(posted: QueryDict, stem: str) -> list[int]:
    found = (re.match(rf"{re.escape(stem)}-([0-9]{{1,7}})(?:-|$)", key) for key in posted)
    return sorted({int(match[1]) for match in found if match})


def place(posted: QueryDict, path: str) -> str:
    """The posted name of the value at `path`: reading leaves blank rows out and closes gaps, so
    `goods.0.hs` may have been typed in `goods-2-hs`."""
    name = ""
    for step in path.split("."):
        if step.isdigit():
            filled = [n for n in _numbers(posted, name) if _filled(posted, f"{name}-{n}")]
            step = str(filled[int(step)]) if int(step) < len(filled) else step
        name = f"{name}-{step}" if name else step
    return name


def _filled(posted: QueryDict, name: str) -> bool:
    keys = (key for key in posted if _within(key, name))
    return any(text.strip() for key in keys for text in posted.getlist(key))


def _add(posted: QueryDict, stem: str, schema: Schema) -> None:
    try:
        field: Any = schema.field_at(stem.replace("-", "."))
    except KeyError:
        return
    if not isinstance(field, Many):
        return
    number = (_numbers(posted, stem) or [-1])[-1] + 1
    name, item = f"{stem}-{number}", field.item
    while isinstance(item, Block):
        item = item.fields[0]
        name = f"{name}-{item.name}"
    posted[name] = NEW


def _move(posted: QueryDict, name: str, by: int) -> None:
    stem, _, number = name.rpartition("-")
    numbers = _numbers(posted, stem)
    if not number.isdigit() or int(number) not in numbers:
        return
    at = numbers.index(int(number)) + by
    if not 0 <= at < len(numbers):
        return
    one, other = name, f"{stem}-{numbers[at]}"
    names = {key: key.replace(one, other, 1) for key in posted if _within(key, one)}
    names |= {key: key.replace(other, one, 1) for key in posted if _within(key, other)}
    values = {names[key]: posted.getlist(key) for key in names}
    for key in names:
        del posted[key]
    for key, value in values.items():
        posted.setlist(key, value)


def without_new(data: Any) -> Any:
    """`data` with the marks of new rows taken out; the rows themselves stay, blank."""
    if isinstance(data, dict):
        return {key: without_new(value) for key, value in data.items() if value != NEW}
    if isinstance(data, list):
        return ["" if item == NEW else without_new(item) for item in data]
    return data
