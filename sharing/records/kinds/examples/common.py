"""Blocks that several kinds of example share."""

from __future__ import annotations

from typing import Any

from sharing.records import identifiers
from sharing.records.kinds.blocks import CONVEYANCE_SCHEMES

from .words import DOCUMENTS, ROUTE_ROLES, coded, filled, snake


def head(left: dict[str, Any], priority: str) -> dict[str, Any]:
    names = ("title", "original_language", "summary", "typology", "legal_basis")
    return {name: left.pop(name) for name in names} | {"priority": left.pop("priority", priority)}


def goods(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_line(dict(line)) for line in lines]


def _line(line: dict[str, Any]) -> dict[str, Any]:
    found = filled(
        quantity=filled(value=line.pop("quantity", None), unit=line.pop("unit", None)),
        identifiers=[identifier("VIN", number) for number in line.pop("vin", [])],
    )
    if "cites" in line:
        found["cites"] = line.pop("cites") or "none"
    return line | found


def identifier(scheme: str, value: str, **more: Any) -> dict[str, Any]:
    """An identifier block; one that does not hold is kept "as found"."""
    wrong = bool(identifiers.check(scheme, value).problem)
    return filled(scheme=scheme, value=value, as_found=wrong or None, **more)


_TAX_SCHEMES = {"MX": "RFC", "CA": "BN15", "US": "EIN"}


def parties(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_party(dict(row)) for row in rows]


def _party(row: dict[str, Any]) -> dict[str, Any]:
    known = []
    if "tax_id" in row:
        known.append(identifier(_TAX_SCHEMES[row["country"]], row.pop("tax_id")))
    if "imo" in row:
        known.append(identifier("IMO", row.pop("imo")))
    if "carrier_code" in row:
        known.append(identifier("CARRIER_CODE", row.pop("carrier_code")))
    if "programme" in row:
        scheme, _space, value = row.pop("programme").partition(" ")
        known.append(identifier(scheme, value))
    return row | filled(entity=row.pop("entity_ref", None), identifiers=known)


def conveyances(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_conveyance(dict(row)) for row in rows]


def _conveyance(row: dict[str, Any]) -> dict[str, Any]:
    kind = snake(row.pop("type"))
    number = row.pop("id", None) or row.pop("imo", None) or row.pop("plate", None)
    found: dict[str, Any] = {"type": kind}
    if number == "various":
        found["note"] = "Plates: various"
    elif number:
        scheme = dict(CONVEYANCE_SCHEMES).get(kind, "OTHER")
        checked = identifier(scheme, number)
        found |= filled(number=number, as_found=checked.get("as_found"))
    return found | filled(country=row.pop("flag", None) or row.pop("country", None)) | row


def route(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for step in sorted(steps, key=lambda s: s["step"]):
        role, note = coded(step["role"], ROUTE_ROLES)
        found.append(
            filled(
                place=step["unlocode"],
                role=role,
                note=note,
                mode=step.get("mode"),
                date=step.get("date"),
            )
        )
    return found


def documents(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        kind, note = coded(row["type"], DOCUMENTS)
        found.append(filled(type=kind, number=row["number"], note=note))
    return found


def location(given: dict[str, Any]) -> dict[str, Any]:
    return filled(place=given["unlocode"], office=given.get("office"), name=given.get("place"))
