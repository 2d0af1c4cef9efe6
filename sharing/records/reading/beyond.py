"""Sections of a record's history that rooms above this one add: each registers what it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cordillera.access.identity import Identity

from ..models import Record


@dataclass(frozen=True, slots=True)
class Section:
    """A template, and what it shows as `section`."""

    template: str
    shows: dict[str, Any] = field(default_factory=dict)


Source = Callable[[Identity, Record], Section | None]
_sources: list[Source] = []


def register(source: Source) -> None:
    """`source` answers None where this identity has nothing to see."""
    if source not in _sources:
        _sources.append(source)


def sections(identity: Identity, record: Record) -> list[Section]:
    found = (source(identity, record) for source in _sources)
    return [section for section in found if section is not None]
