"""The offence alert that the walk drafts, as an officer would type it into the editor."""

from __future__ import annotations

from typing import Any

SUMMARY = "Two mills' stencils on one coil."


def alert_fields(title: str, audience: list[str]) -> dict[str, str | list[str]]:
    """The editor's fields for a complete offence alert from US to the audience."""
    return _flat(_body(title)) | _flat(_handling(audience), "handling-")


def _body(title: str) -> dict[str, Any]:
    return {
        "title": {"en": title},
        "original_language": "en",
        "summary": SUMMARY,
        "typology": ["origin_fraud"],
        "legal_basis": ["USMCA-7.25.7"],
        "priority": "high",
        "observed": "2026-11-12T15:40",
        "location": {"place": "USLRD"},
        "goods": [{"hs": "721049", "description_declared": "Steel coil"}],
        "conveyances": [{"type": "container", "mode": "1", "number": "ZXQU1004828"}],
        "requested_action": {"code": "specific_check", "text": "Match the containers."},
    }


def _handling(audience: list[str]) -> dict[str, Any]:
    return {
        "audience": audience,
        "tlp": "AMBER",
        "purpose": "customs_enforcement",
        "onward_disclosure": "originator_consent",
        "evaluation": {"source": "A", "information": "2"},
    }


def _flat(value: Any, name: str = "") -> dict[str, str | list[str]]:
    """A nested body as the form's fields: {"goods": [{"hs": …}]} as {"goods-0-hs": …}."""
    if isinstance(value, list) and not any(isinstance(one, dict) for one in value):
        return {name.rstrip("-"): value}
    if not isinstance(value, dict | list):
        return {name.rstrip("-"): value}
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    return {k: v for key, below in pairs for k, v in _flat(below, f"{name}{key}-").items()}
