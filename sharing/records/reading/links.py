"""What a record points to, and what points to it, as far as the reader sees."""

from __future__ import annotations

from dataclasses import dataclass

from cordillera.access.identity import Identity

from .. import codes, kinds, projection, queries
from ..models import Record, Version
from .languages import reader_language


@dataclass(frozen=True, slots=True)
class Pointer:
    """`record` is None where the reader sees none of that reference: then only the words that
    the version itself carries are shown."""

    relation: str
    reference: str
    record: Record | None


def linked(identity: Identity, version: Version) -> dict[str, Record]:
    """The records that `version` names and the reader sees, by reference."""
    found = {ref for _, ref in projection.links(kinds.get(version.kind), version.body)}
    return queries.by_reference(identity, found) if found else {}


def outgoing(version: Version, known: dict[str, Record]) -> list[Pointer]:
    pairs = sorted(set(projection.links(kinds.get(version.kind), version.body)))
    return [Pointer(words(relation), ref, known.get(ref)) for relation, ref in pairs]


def incoming(identity: Identity, record: Record) -> list[Pointer]:
    """Visible records that name this one; the newest first, at most a hundred."""
    if not record.reference:
        return []
    found = (
        queries.visible(identity)
        .filter(links__reference=record.reference)
        .exclude(pk=record.pk)
        .distinct()
        .order_by("-released_at")[:100]
    )
    return [Pointer("", one.reference or "", one) for one in found]


def words(relation: str) -> str:
    known = codes.get("relation")
    return known.label(relation, reader_language()) if relation in known else ""
