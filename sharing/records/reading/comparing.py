"""Two versions of a record beside each other, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .. import handling, kinds, queries
from ..models import Version
from ..schema import Change
from .languages import reader_language


@dataclass(frozen=True, slots=True)
class Differences:
    content: list[Change]
    handling: list[Change]

    def __bool__(self) -> bool:
        return bool(self.content or self.handling)


def differences(old: Version, new: Version) -> Differences:
    language = reader_language()
    schema = kinds.get(new.kind).schema
    return Differences(
        schema.difference(old.body, new.body, language),
        handling.SCHEMA.difference(_said(old), _said(new), language),
    )


def _said(version: Version) -> dict[str, Any]:
    """Handling without account ids: who is named is compared by number only."""
    return {k: v for k, v in version.handling.items() if k != "named"}


def chosen(versions: list[Version], old: str, new: str) -> tuple[Version, Version] | None:
    """The two versions that were asked for, else the last two; None where there is only one."""
    by_number = {str(v.number): v for v in versions}
    if len(versions) < 2:
        return None
    newer = by_number.get(new, versions[0])
    older = by_number.get(old) or next((v for v in versions if v.number < newer.number), None)
    older = older or versions[-1]
    return (older, newer) if older.number <= newer.number else (newer, older)


@dataclass(frozen=True, slots=True)
class Listed:
    """A version in the list, its signature checked now (None: it is not signed yet)."""

    version: Version
    signature: dict[str, Any] | None


def listed(versions: list[Version]) -> list[Listed]:
    signed = [version for version in versions if version.jws]
    checked = {v.pk: found for v, found in zip(signed, queries.signatures(signed), strict=True)}
    return [Listed(version, checked.get(version.pk)) for version in versions]
