"""What changed between two versions of a body, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.utils.translation import override

from .blocks import Block, Many, Money, Quantity
from .coded import Code
from .fields import Field


@dataclass(frozen=True, slots=True)
class Change:
    """`label` leads from the outermost field inwards; "" for `old` or `new` means absent."""

    path: str
    label: str
    old: str
    new: str

    @property
    def sort(self) -> str:
        if not self.old:
            return "added"
        return "removed" if not self.new else "changed"


def difference(
    block: Block, old: dict[str, Any], new: dict[str, Any], language: str
) -> list[Change]:
    with override(language):
        return list(_changes(block, old or {}, new or {}, "", ()))


def _changes(
    found: Field, old: Any, new: Any, path: str, labels: tuple[str, ...]
) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(found, Block) and not isinstance(found, Money | Quantity):
        for child in found.fields:
            below = f"{path}.{child.name}" if path else child.name
            yield from _changes(
                child,
                (old or {}).get(child.name),
                (new or {}).get(child.name),
                below,
                (*labels, str(child.label)),
            )
    elif isinstance(found, Many):
        for at, (before, after) in enumerate(zip_longest(old or [], new or [])):
            numbered = (*labels[:-1], f"{labels[-1]} {at + 1}")
            yield from _changes(found.item, before, after, f"{path}.{at}", numbered)
    else:
        yield Change(path, " › ".join(labels), _text(found, old), _text(found, new))


def _text(found: Field, value: Any) -> str:
    if value is None:
        return ""
    # Labels of long lists can read alike; the code tells them apart.
    named = isinstance(found, Code) and found.widget == "combobox"
    return f"{value} {found.shown(value)}" if named else found.shown(value)
