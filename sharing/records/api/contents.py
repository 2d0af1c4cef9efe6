"""The published shapes of what a record says, kind by kind, and of its handling: drawn from the
schemas by which both are checked, and registered as components of the OpenAPI document."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.functional import Promise

from cordillera.api.conformance import relaxed
from cordillera.api.schema import component, ref

from .. import handling, kinds
from ..kinds import Kind


def camel(code: str) -> str:
    return "".join(word.title() for word in code.split("_"))


@cache
def body_of(code: str) -> dict[str, Any]:
    """The published shape of a kind's body while it is a draft."""
    return relaxed(plain(kinds.get(code).schema.json_schema()))


@cache
def handling_draft() -> dict[str, Any]:
    return relaxed(plain(handling.SCHEMA.json_schema()))


def plain(value: Any) -> Any:
    """Labels made text, and every list's values described."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if k != "$schema"}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return str(value) if isinstance(value, Promise) else value


def _register(kind: Kind) -> None:
    name = camel(kind.code)
    component(f"{name}Body", lambda: {**body_of(kind.code), "title": str(kind.label)})
    component(f"{name}Complete", lambda: plain(kind.schema.json_schema(str(kind.label))))


def _bodies() -> list[dict[str, Any]]:
    return [ref(f"{camel(kind.code)}Body") for kind in kinds.all()]


for _kind in kinds.all():
    _register(_kind)
BODY = component(
    "Body",
    lambda: {
        "type": "object",
        "description": "What the record says, as its kind's schema has it. A draft may lack fields.",
        "anyOf": _bodies(),
    },
)
HANDLING = component(
    "HandlingDraft",
    lambda: {
        **handling_draft(),
        "description": "Who may see it and what they may do with it. A draft may lack fields.",
    },
)
