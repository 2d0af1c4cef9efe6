"""Code lists: `codes.get("hs").label("721049", "es")`.

Each list knows its codes, their labels in English, Spanish and French, and how to find one.
Adding a list is adding it to a module's LISTS.
"""

from functools import cache

from . import entities, goods, handling, measures, offences, places, trade, world
from .lists import CodeList, Entry, ShortList, fold
from .places import Place, place

__all__ = ["CodeList", "Entry", "Place", "ShortList", "fold", "get", "names", "place"]

_MODULES = (goods, places, world, trade, entities, offences, measures, handling)


@cache
def _lists() -> dict[str, CodeList]:
    return {known.name: known for module in _MODULES for known in module.LISTS}


def get(name: str) -> CodeList:
    """The list called `name`; KeyError names the lists there are."""
    try:
        return _lists()[name]
    except KeyError:
        raise KeyError(f"no code list {name!r}; there are {', '.join(names())}") from None


def names() -> tuple[str, ...]:
    return tuple(sorted(_lists()))
