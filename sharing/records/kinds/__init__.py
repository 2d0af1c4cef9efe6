"""The kinds of record: one folder each. A new kind is a copied folder and one line in KINDS."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from .kind import Clock, Kind

__all__ = ["Clock", "Kind", "all", "answers", "get", "shared"]

KINDS = (
    "offence_alert",
    "suspect_entity",
    "advance_notice",
    "enforcement_result",
    "trade_pattern",
    "acknowledgement",
    "sighting",
    "comment",
    "dispute",
    "ruling",
    "dispute_withdrawal",
)


@cache
def _registered() -> dict[str, Kind]:
    found = (import_module(f"{__name__}.{name}").KIND for name in KINDS)
    return {kind.code: kind for kind in found}


def get(code: str) -> Kind:
    """The kind called `code`; KeyError names the kinds there are."""
    try:
        return _registered()[code]
    except KeyError:
        raise KeyError(f"no kind {code!r}; there are {', '.join(KINDS)}") from None


def all() -> tuple[Kind, ...]:
    return tuple(_registered().values())


def shared() -> tuple[Kind, ...]:
    """The kinds that stand by themselves."""
    return tuple(kind for kind in all() if not kind.is_answer)


def answers() -> tuple[Kind, ...]:
    """The kinds that are about another record."""
    return tuple(kind for kind in all() if kind.is_answer)
