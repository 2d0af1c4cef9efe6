"""A record's content, as a machine sends it."""

from __future__ import annotations

from typing import Any


def alert() -> dict[str, Any]:
    """A complete offence alert with its handling."""
    return {
        "kind": "offence_alert",
        "body": {
            "title": {"en": "Galvanised coil declared as Mexican"},
            "original_language": "en",
            "summary": "Stencils on the coils match mill certificates from elsewhere.",
            "typology": ["origin_fraud"],
            "legal_basis": ["USMCA-7.25.7"],
            "priority": "high",
            "observed": "2026-11-12T15:40:00Z",
            "location": {"place": "USLRD"},
            "goods": [{"hs": "721049", "description_declared": "Steel coil"}],
            "conveyances": [{"type": "container", "mode": "1", "number": "ZXQU1004828"}],
            "requested_action": {"code": "specific_check", "text": "Match the containers."},
        },
        "handling": {"audience": ["US"], "tlp": "AMBER"},
    }
