"""What the agreements between two Parties allow to be released: checked when a draft is proposed,
and again when it is decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cordillera.parties import agreements

from .handling import PREFIX
from .models import Record
from .problems import Invalid
from .schema import Problem


def kind_of(record: Record) -> str:
    """The kind that an agreement caps: an answer goes where what it answers may go."""
    return record.about.kind if record.about else record.kind


def problems(record: Record, audience: Iterable[str], handling: dict[str, Any]) -> list[Problem]:
    """Why it may not go to this or that Party of the audience, at the audience's field."""
    others = [code for code in audience if code != record.originator_id]
    found = agreements.release_problems(record.originator_id, others, handling, kind_of(record))
    return [
        Problem(f"{PREFIX}.audience", f"agreement_{one.code}", one.message)
        for reasons in found.values()
        for one in reasons
    ]


def check(record: Record, audience: Iterable[str], handling: dict[str, Any]) -> None:
    """Raise Invalid where an agreement forbids the release."""
    if found := problems(record, audience, handling):
        raise Invalid(found)
