"""HTML forms to data: names like `goods-0-hs` become nested data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from .blocks import Block, Many
from .coded import Codes
from .fields import EMPTY, Boolean, Decimal, Field
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
    if isinstance(found, Decimal):
        return number(texts[-1], get_language() or "en")
    return texts[-1]


_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_COMMA = re.compile(r"([0-9]+),([0-9]+)")


def number(text: str, language: str) -> str:
    """A number as it is written in `language`, in plain notation; what cannot be read stays as it
    was typed, and is refused.

    French has a comma before decimals and spaces between thousands. In English and in Mexican
    Spanish a comma stands between thousands; in Spanish it is also typed before decimals. There
    “1,234” can mean either, so it is refused rather than guessed.
    """
    bare = re.sub(r"(?<=[0-9])[\s\u00a0\u202f](?=[0-9]{3}(?:\D|$))", "", text.strip())
    if found := _COMMA.fullmatch(bare):
        ambiguous = len(found[2]) == 3
        if language.startswith("fr") or (language.startswith("es") and not ambiguous):
            return f"{found[1]}.{found[2]}"
        if language.startswith("es"):
            return text
    if not language.startswith("fr") and _GROUPED.fullmatch(bare):
        return bare.replace(",", "")
    return bare if re.fullmatch(r"[+-]?[0-9.]+", bare) else text


def _zoned(text: str) -> str:
    """A browser's local time ("2026-11-12T09:40") becomes a moment in the officer's time zone."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.get_current_timezone())
    return moment.astimezone(dt.UTC).isoformat()
