"""What a version corrects: its reason, the fields that changed, and how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cordillera.access.identity import Identity

from .. import kinds, queries
from ..models import Record, Version
from ..schema import Change
from . import comparing, disputing

#: Not a correction of the content: what says that it is one.
FIELD = "correction"


@dataclass(frozen=True, slots=True)
class Correction:
    """`changes` are field by field, old beside new; empty where the reader has no version before."""

    reason: str
    disputes: list[str]
    linked: dict[str, Record]
    changes: list[Change]

    @property
    def fields(self) -> list[str]:
        return [change.label for change in self.changes]


def told(identity: Identity, record: Record, version: Version) -> Correction | None:
    """What the version that is shown corrects, as this reader may see it."""
    said = disputing.correction(version)
    if said is None:
        return None
    references = [str(one) for one in said.get("disputes") or ()]
    linked = queries.by_reference(identity, references) if references else {}
    before = _before(identity, record, version)
    return Correction(str(said.get("reason", "")), references, linked, changes(before, version))


def changes(before: Version | None, version: Version) -> list[Change]:
    """How the content differs from the version before."""
    if before is None:
        return []
    found = comparing.differences(before, version).content
    return [one for one in found if one.path.partition(".")[0] != FIELD]


def _before(identity: Identity, record: Record, version: Version) -> Version | None:
    earlier = [v for v in queries.versions(identity, record) if v.number < version.number]
    return earlier[0] if earlier else None


def paths(before: Version | None, version: Version) -> list[str]:
    """The fields that were corrected, by path: fit to be kept beside a notification, since they
    say nothing of what stood there."""
    return [one.path for one in changes(before, version)]


def labels(kind: str, found: Iterable[str]) -> list[str]:
    """Paths in the words of the reader's language, each once."""
    known = kinds.get(kind)
    return list(dict.fromkeys(disputing.label(known, path) for path in found))
