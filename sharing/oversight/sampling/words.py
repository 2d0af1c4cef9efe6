"""A drawn search in the auditor's words: what was asked, never what was found."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from sharing.records import codes, kinds
from sharing.records.lifecycle import LABELS

from ..models import SearchReview

TONES = {
    "": "",
    SearchReview.IN_ORDER: "green",
    SearchReview.EXPLAIN: "amber",
    SearchReview.NOT_IN_ORDER: "red",
}


def purpose(code: str) -> str:
    language = (get_language() or "en")[:2]
    return (codes.get("purpose").label(code, language) or code) if code else ""


def filters(found: dict[str, Any]) -> list[tuple[str, str]]:
    """(label, values) of what the search was narrowed by."""
    labels = {
        "kind": _("Kind"),
        "originator": _("From"),
        "priority": _("Priority"),
        "state": _("State"),
        "typology": _("Typology"),
        "from": pgettext("date", "From"),
        "to": _("Until"),
    }
    return [
        (labels.get(name, name), ", ".join(_value(name, value) for value in _several(values)))
        for name, values in found.items()
    ]


def _several(values: Any) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else [str(values)]


def _value(name: str, value: str) -> str:
    language = (get_language() or "en")[:2]
    if name == "kind":
        known = {kind.code for kind in kinds.all()}
        return str(kinds.get(value).label) if value in known else value
    if name == "state":
        return str(LABELS.get(value, value))
    if name in ("priority", "typology"):
        return codes.get(name).label(value, language) or value
    return value


def row(review: SearchReview) -> dict[str, Any]:
    return {
        "one": review,
        "purpose": purpose(review.purpose),
        "filters": filters(review.filters),
        "tone": TONES[review.verdict],
    }
