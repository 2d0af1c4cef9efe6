"""Advance notices."""

from __future__ import annotations

from typing import Any

from . import common
from .words import filled


def advance_notice(left: dict[str, Any], dates: dict[str, Any]) -> dict[str, Any]:
    impact = left.pop("impact")
    effective, ends = dates["effective"], dates.get("ends") or ""
    return common.head(left, impact["level"]) | filled(
        measure=left.pop("measure"),
        impact=impact | filled(substantial=impact["level"] == "high" or None),
        hs_scope=left.pop("hs_scope", None),
        publication=dates.get("publication"),
        comment_until=dates.get("comment_until"),
        effective=effective[:10],
        ends=ends[:10],
        starts_at=effective if "T" in effective else None,
        ends_at=ends if "T" in ends else None,
        links=left.pop("links", None),
    )
