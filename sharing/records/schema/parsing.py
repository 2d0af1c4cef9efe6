"""HTML forms to data: names like `goods-0-hs` become nested data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from .blocks import Block, Many
from .coded import Codes
from .fields import EMPTY, Boolean, Field
from .moments import DateTime

_ROW = re.compile("[0-9]{1,7}")


def parse(block: Block, posted: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested data from a QueryDict: blanks left out, gaps in row numbers closed up."""
    tree: dict[str, Any] = {}
    for name in posted:
        steps = name.split("-")
        if prefix:
            if steps[0] != prefix:
                continue
            steps = steps[1:]
        if len(steps) <= 12:
            _hang(tree, steps, posted.getlist(name))  # type: ignore[attr-defined]
    return _parse(block, tree) or {}


def _hang(tree: dict[str, Any], steps: list[str], values: list[str]) -> None:
    for step in steps[:-1]:
        below = tree.setdefault(step, {})
        if not isinstance(below, dict):
            return
        tree = below
    if steps:
        tree.setdefault(steps[-1], values)


def _parse(found: Field, given: Any) -> Any:
    if isinstance(found, Block):
        if not isinstance(given, dict):
            return EMPTY
        pairs = ((f.name, _parse(f, given[f.name])) for f in found.fields if f.name in given)
        return {name: value for name, value in pairs if value is not EMPTY} or EMPTY
    if isinstance(found, Many):
        if not isinstance(given, dict):
            return EMPTY
        rows = sorted((at for at in given if _ROW.fullmatch(at)), key=int)
        values = (_parse(found.item, given[at]) for at in rows)
        return [value for value in values if value is not EMPTY] or EMPTY
    if not isinstance(given, list):
        return EMPTY
    return _plain(found, [text for text in given if text.strip()])


def _plain(found: Field, texts: list[str]) -> Any:
    if isinstance(found, Codes):
        return texts or EMPTY
    if not texts:
        return EMPTY
    if isinstance(found, Boolean):
        return texts[-1].lower() not in ("false", "0", "off", "no") or EMPTY
    if isinstance(found, DateTime):
        return _zoned(texts[-1])
    return texts[-1]


def _zoned(text: str) -> str:
    """A browser's local time ("2026-11-12T09:40") becomes a moment in the officer's time zone."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.get_current_timezone())
    return moment.astimezone(dt.UTC).isoformat()
