"""Suspect entities."""

from __future__ import annotations

from typing import Any

from . import common
from .words import filled


def suspect_entity(left: dict[str, Any], dates: dict[str, Any]) -> dict[str, Any]:
    score = left.pop("risk_score")
    name = left.pop("name")
    known = left.pop("identifiers", [])
    # A placeholder is no number: as one it would make strangers look alike.
    blank = [row for row in known if row["value"].startswith("(")]
    return common.head(left, _priority(score)) | filled(
        entity_type=left.pop("entity_type"),
        name=name,
        aliases=left.pop("aliases", None),
        identifiers=[common.identifier(**row) for row in known if row not in blank],
        addresses=left.pop("addresses", None),
        person=_person(left, name),
        vessel=filled(
            flag=left.pop("flag", None),
            type=left.pop("vessel_type", None),
            gross_tonnage=left.pop("gross_tonnage", None),
        ),
        involvement=left.pop("involvement").split("/"),
        reason=left.pop("reason"),
        requested_action={"code": left.pop("suggested_action")},
        risk_score=score,
        relations=left.pop("relations", None),
        links=left.pop("links", None),
        notes="\n".join(f"{row['scheme']}: {row['value']}" for row in blank),
    )


def _priority(score: int) -> str:
    return next(
        name
        for least, name in ((90, "urgent"), (75, "high"), (60, "medium"), (0, "low"))
        if score >= least
    )


def _person(left: dict[str, Any], name: str) -> dict[str, Any]:
    """What is known of a person; "PATERNAL MATERNAL, Given" tells the surnames apart."""
    if "date_of_birth" not in left:
        return {}
    surnames, _comma, given = name.partition(", ")
    paternal, _space, maternal = surnames.partition(" ")
    warning, nationality = left.pop("warning", None), left.pop("nationality", None)
    return filled(
        given_names=given,
        paternal_surname=paternal,
        maternal_surname=maternal,
        date_of_birth=left.pop("date_of_birth"),
        sex=left.pop("sex", None),
        nationality=[nationality] if nationality else None,
        warnings=[warning] if warning else None,
    )
