"""Enforcement results, trade patterns and sightings."""

from __future__ import annotations

from typing import Any

from . import common
from .words import CONCEALMENT, DETECTION, all_coded, coded, filled, snake


def enforcement_result(left: dict[str, Any], dates: dict[str, Any]) -> dict[str, Any]:
    result = dict(left.pop("result"))
    detection, detection_note = all_coded(result.pop("detection"), DETECTION)
    concealment, concealment_note = coded(result.pop("concealment", "none"), CONCEALMENT)
    return common.head(left, "medium") | filled(
        event=dates["event"],
        location=common.location(left.pop("location")),
        result=result
        | filled(
            detection=detection,
            detection_note=detection_note,
            concealment=concealment,
            concealment_note=concealment_note,
        ),
        goods=common.goods(left.pop("goods")),
        links=left.pop("links", None),
    )


# What a figure of a finding is called, and its unit.
_FIGURES = {
    "us_imports_t": ("US imports", "t"),
    "mx_exports_t": ("MX exports", "t"),
    "capacity_t": ("Capacity of the named exporters", "t"),
    "importers": ("Importers", ""),
    "entries": ("Entries", ""),
    "share_pct": ("Share", "%"),
}


def trade_pattern(left: dict[str, Any], dates: dict[str, Any]) -> dict[str, Any]:
    return common.head(left, "medium") | filled(
        period={"start": dates["period_start"], "end": dates["period_end"]},
        metric=left.pop("metric"),
        hs=left.pop("hs"),
        findings=[found for row in left.pop("findings") for found in _findings(dict(row))],
        links=left.pop("links", None),
    )


def _findings(row: dict[str, Any]) -> list[dict[str, Any]]:
    month, entity = row.pop("month", None), row.pop("exporter_ref", None)
    places = row.pop("ports", None)
    found = [{"what": "Places", "places": places}] if places else []
    for name, value in row.items():
        what, unit = _FIGURES[name]
        found.append(filled(what=what, value=value, unit=unit, period=month, entity=entity))
    return found


def sighting(left: dict[str, Any], dates: dict[str, Any]) -> dict[str, Any]:
    # Its typology ("feedback") and legal basis only say that it is a sighting.
    left.pop("typology"), left.pop("legal_basis")
    seen = dates.get("seen") or ""
    return filled(
        title=left.pop("title"),
        original_language=left.pop("original_language"),
        summary=left.pop("summary"),
        result=left.pop("result"),
        place=left.pop("place", None),
        seen_at=seen if "T" in seen else None,
        seen_on=seen if "T" not in seen else None,
        action_taken=[snake(left.pop("action_taken"))],
        quantity=left.pop("quantity", None),
        latency_minutes=left.pop("latency_minutes", None),
    )
