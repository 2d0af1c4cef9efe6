"""What the ledger may tell of a record: reference, kind, purpose and legal basis; nothing it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

from sharing.records.models import Record, Version

from ..models import Disclosure


@dataclass(frozen=True, slots=True)
class Facts:
    """Of a TLP:RED record: reference and kind alone."""

    reference: str = ""
    kind: str = ""
    red: bool = False
    number: int | None = None
    purpose: str = ""
    basis: list[str] = field(default_factory=list)

    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _NAMES}


_NAMES = tuple(one.name for one in fields(Facts))


def of(record: Record, version: Version) -> Facts:
    """As this version was released."""
    return _facts(
        record.reference or "",
        record.kind,
        version.tlp,
        version.number,
        version.handling.get("purpose"),
        version.body.get("legal_basis"),
    )


def _facts(reference: str, kind: str, tlp: str, number: int, purpose: Any, basis: Any) -> Facts:
    if tlp == "RED":
        return Facts(reference, kind, red=True, number=number)
    return Facts(reference, kind, False, number, str(purpose or ""), [str(b) for b in basis or []])


def known(records: Iterable[UUID], versions: Iterable[UUID | None]) -> dict[UUID | None, Facts]:
    """Of these versions, by their id, as far as the present identity sees them."""
    # By two questions: joined under the policies, each version was looked for in all the others.
    seen = Record.objects.filter(pk__in=set(records))
    references = dict(seen.values_list("pk", "reference"))
    rows = Version.objects.filter(pk__in=[pk for pk in versions if pk]).values_list(
        "pk", "record", "kind", "tlp", "number", "handling__purpose", "body__legal_basis"
    )
    return {
        row[0]: _facts(references[row[1]] or "", *row[2:]) for row in rows if row[1] in references
    }


def in_force(records: Iterable[UUID]) -> dict[UUID, tuple[str, Facts]]:
    """(originator, facts) of these records by the version in force, as far as they are seen."""
    rows = Record.objects.filter(pk__in=list(records)).exclude(current=None)
    found = rows.values_list(
        "pk",
        "originator_id",
        "reference",
        "kind",
        "tlp",
        "current__number",
        "current__handling__purpose",
        "current__body__legal_basis",
    )
    return {row[0]: (row[1], _facts(row[2] or "", *row[3:])) for row in found}


def remembered(party: str, other: str, records: Iterable[UUID]) -> dict[UUID, Facts]:
    """What the Party's own ledger last told of these records: it outlives them."""
    wanted = set(records)
    if not wanted:
        return {}
    lines = (
        Disclosure.objects.filter(party=party, other=other, record_id__in=wanted)
        .filter(event__in=Disclosure.DISCLOSING)
        .order_by("record_id", "-id")
        .distinct("record_id")
        .only("record_id", "reference", "kind", "red", "number", "purpose", "basis")
    )
    return {
        line.record_id: Facts(
            line.reference, line.kind, line.red, line.number, line.purpose, line.basis
        )
        for line in lines
    }
