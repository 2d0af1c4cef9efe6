"""Goods as declared beside goods as they are, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..schema import Shown

#: aspect: (its field as declared, its field in fact)
ASPECTS = {
    "hs": ("hs_declared", "hs"),
    "description": ("description_declared", "description_actual"),
    "origin": ("origin_declared", "origin_suspected"),
}
APART = {"quantity", "value"}


@dataclass(slots=True)
class Side:
    hs: Shown | None = None
    description: Shown | None = None
    origin: Shown | None = None


@dataclass(slots=True)
class Line:
    """One line; `differs` names the aspects in which what was declared is not what is. Where the
    code in fact is the declared one (`same_hs`), or has the same words, they are not repeated."""

    number: int
    declared: Side
    actual: Side
    differs: set[str] = field(default_factory=set)
    same_hs: bool = False
    same_words: bool = False
    quantity: Shown | None = None
    value: Shown | None = None
    rest: list[Shown] = field(default_factory=list)


def _labels(shown: Shown) -> list[str]:
    return [label for _code, label in shown.parts]


def lines(goods: Shown) -> Iterator[Line]:
    """The lines of a shown list of goods. Where nothing else was declared, what was declared is
    what is."""
    known = {name for pair in ASPECTS.values() for name in pair} | APART
    for number, item in enumerate(goods.children, 1):
        held = {child.name: child for child in item.children}
        line = Line(number, Side(), Side(), quantity=held.get("quantity"), value=held.get("value"))
        for aspect, (declared, actual) in ASPECTS.items():
            said, found = held.get(declared), held.get(actual)
            if said and found and said.text != found.text:
                line.differs.add(aspect)
            if aspect == "hs" and found:
                line.same_hs = said is None or (said.text == found.text and said.raw == found.raw)
                line.same_words = said is not None and _labels(said) == _labels(found)
            setattr(line.declared, aspect, said or (found if aspect == "hs" else None))
            setattr(line.actual, aspect, found)
        line.rest = [child for child in item.children if child.name not in known]
        yield line
