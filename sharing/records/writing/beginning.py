"""What a new draft begins with: what can be known or is nearly always so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cordillera.parties import preferences
from cordillera.parties.models import Party

from .. import codes
from ..kinds import Kind
from .form import language

_BASIS = {"advance_notice": "USMCA-7.25.3b"}
_USUAL_BASIS = "USMCA-7.25.7"


def lasting(kind: Kind, party: Party) -> Kind:
    """`kind` with its usual times until review and expiry, or the Party's where those are shorter."""
    limits = preferences.of(party)
    return replace(
        kind,
        review_months=min(kind.review_months, limits.review_months),
        expiry_months=min(kind.expiry_months, limits.expiry_months),
    )


def first_body(kind: Kind, port: str) -> dict[str, Any]:
    """The officer's language, the usual legal basis and priority, and his own port as the place."""
    names = kind.schema.block.names
    usual: dict[str, Any] = {
        "original_language": language(),
        "legal_basis": [_BASIS.get(kind.code, _USUAL_BASIS)],
        "priority": "medium",
    }
    if port and codes.get("unlocode").has(port):
        usual["location"] = {"place": port}
    return {name: value for name, value in usual.items() if name in names}
