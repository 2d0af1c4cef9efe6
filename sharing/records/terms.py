"""Terms: the searchable values of a record, as (type, value, how it is shown).

A field declares the type of term it yields; an identifier's scheme decides its own. Values are
normalised so that the same thing is the same term however it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, cast

from . import identifiers
from .codes import fold
from .schema import Identifier, Leaf


class Term(NamedTuple):
    type: str
    value: str
    shown: str


def draw(leaves: Iterable[Leaf]) -> list[Term]:
    """Every term of a body's plain values, each (type, value) once, in reading order."""
    found: dict[tuple[str, str], Term] = {}
    for leaf in leaves:
        if leaf.field.term or leaf.field.is_identifier:
            for term in _terms(leaf):
                found.setdefault((term.type, term.value), term)
    return list(found.values())


def _terms(leaf: Leaf) -> Iterator[Term]:
    if leaf.field.is_identifier:
        scheme = cast(Identifier, leaf.field).scheme_of(leaf.block)
        value = identifiers.normalise(scheme, leaf.value)
        if value:
            yield Term(identifiers.term_type(scheme), value, leaf.value)
    else:
        for value in leaf.value if isinstance(leaf.value, list) else [leaf.value]:
            yield Term(leaf.field.term, normalise(leaf.field.term, value), value)


def normalise(kind: str, value: str) -> str:
    """`value` as terms of this type are compared; searches must use it too."""
    if kind in ("name", "city"):
        return name(value)
    if kind in ("document", "marks"):
        return re.sub(r"[\W_]+", "", value).upper()
    return value


# The gap inside an abbreviation that was written with spaces: "s a".
_SPELLED = re.compile(r"(?<=\b\w) (?=\w\b)")


def name(text: str) -> str:
    """A name without case, accents and points: "Fábula, S. A. de C.V." is "fabula sa de cv"."""
    bare = re.sub(r"(?<=\w)\.(?=\w)|['’`]", "", fold(text))
    words = " ".join(re.sub(r"[\W_]+", " ", bare).split())
    return _SPELLED.sub("", words)
