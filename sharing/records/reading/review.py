"""What a second officer needs before he decides: who will see it, what changes, what might be wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cordillera.access.identity import Identity

from .. import kinds, projection, queries
from ..models import Decision, Record, Version
from . import comparing


@dataclass(frozen=True, slots=True)
class Audience:
    """One Party of the audience: how many officers see it, and whether that is new."""

    party: Any
    officers: int
    named: list[Any]
    change: str = ""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A reference in the version, and the Parties of its audience that cannot open it. Without
    `record` the deciding officer cannot open it either."""

    reference: str
    parties: list[str]
    record: Record | None


@dataclass(slots=True)
class Review:
    decision: Decision
    audience: list[Audience] = field(default_factory=list)
    loses: list[str] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    duplicates: list[dict[str, Any]] = field(default_factory=list)
    differences: comparing.Differences | None = None


def review(identity: Identity, decision: Decision) -> Review:
    record, version = decision.record, decision.version
    found = Review(decision)
    before = set(record.audience) if record.current_id else set()
    for row in _who(identity, version):
        code = row["party"].code
        new = bool(before) and code not in before
        found.audience.append(
            Audience(row["party"], row["officers"], row["named"], "gains" if new else "")
        )
    if decision.verb == Decision.RECALL:
        return found
    found.loses = sorted(before - set(version.audience))
    found.unseen = unseen(identity, version)
    found.duplicates = queries.possible_duplicates(
        identity, record.kind, version.body, exclude=record.pk
    )
    if decision.verb == Decision.AMEND and record.current:
        found.differences = comparing.differences(record.current, version)
    return found


def _who(identity: Identity, version: Version) -> list[dict[str, Any]]:
    named = [str(account) for account in version.named]
    return queries.who_will_see(identity, {**version.handling, "named": named})


def unseen(identity: Identity, version: Version) -> list[Unseen]:
    """References whose record some Party of the audience does not see: the reference itself may
    tell it something."""
    wanted = sorted({ref for _, ref in projection.links(kinds.get(version.kind), version.body)})
    known = queries.by_reference(identity, wanted) if wanted else {}
    found = []
    for reference in wanted:
        record = known.get(reference)
        lacking = sorted(set(version.audience) - set(record.audience)) if record else []
        if record is None or lacking:
            found.append(Unseen(reference, lacking, record))
    return found
