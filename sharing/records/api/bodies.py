"""What a caller sends as the content of a record, held against the published shape of its kind."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from cordillera.api import conformance
from cordillera.api.errors import Fault
from cordillera.api.parameters import shown
from cordillera.api.schema import component, obj, ref, text

from .. import kinds
from ..kinds import Kind
from . import contents

ANY_OBJECT = {"type": "object"}


def _new(kind: Kind) -> dict[str, Any]:
    return obj(
        {
            "kind": text("The kind; see /kinds.", enum=[kind.code]),
            "body": ref(f"{contents.camel(kind.code)}Body"),
            "handling": contents.HANDLING,
        },
        optional=("body", "handling"),
        title=str(kind.label),
    )


def _register(kind: Kind) -> dict[str, str]:
    return component(f"New{contents.camel(kind.code)}", lambda: _new(kind))


#: The frame enforces the outer shape; `check` holds the parts against the kind's own.
NEW = obj(
    {
        "kind": text("The kind; see /kinds.", enum=[kind.code for kind in kinds.shared()]),
        "body": {**ANY_OBJECT, "description": "What the record says."},
        "handling": {**ANY_OBJECT, "description": "Who may see it, and for how long."},
    },
    optional=("body", "handling"),
    oneOf=[_register(kind) for kind in kinds.shared()],
)
CONTENT = obj({"body": contents.BODY, "handling": contents.HANDLING})
PATCH = obj(
    {
        "body": {**ANY_OBJECT, "description": "Fields to replace; null removes one."},
        "handling": {**ANY_OBJECT, "description": "Fields to replace; null removes one."},
    },
    optional=("body", "handling"),
)


def kind_of(code: str, known: tuple[Kind, ...]) -> Kind:
    """The kind called `code` among `known`. Raises Fault."""
    for kind in known:
        if kind.code == code:
            return kind
    message = _("“%(came)s” is not a kind that can be sent here; there are %(known)s.")
    words = {"came": shown(code), "known": ", ".join(kind.code for kind in known)}
    problem = {"path": "kind", "code": "unknown", "message": message % words}
    raise Fault("invalid", problems=[problem])


def check(kind: str, body: Any, handling: Any = None) -> None:
    """Raise Fault unless both have the published shape. Forms may send text for everything; a
    machine sends the JSON types that the schema names."""
    found = [
        *conformance.problems(contents.body_of(kind), body),
        *conformance.problems(
            contents.handling_draft(), {} if handling is None else handling, "handling"
        ),
    ]
    if found:
        raise Fault("invalid", problems=list(islice(found, conformance.MOST_PROBLEMS)))
