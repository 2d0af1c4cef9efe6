"""What an answer's form begins with, and how its short questions become a body."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import QueryDict

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.parties.models import Unit

from .. import codes, kinds
from ..models import Record
from .form import language

#: Questions that most sightings leave out; the form folds them away.
MORE = (
    "place_note",
    "action_note",
    "reason",
    "quantity",
    "conveyances",
    "parties",
    "companions",
    "seen_on",
    "title",
    "summary_translations",
    "notes",
)
PLACES_OFFERED = 6


def beginning(request: Any, kind: str) -> dict[str, Any]:
    """What the form holds before anything is typed."""
    if kind == "acknowledgement":
        unit = getattr(request.user.unit, "name", "")
        return {"result": "noted", **({"handled_by": unit} if unit else {})}
    if kind == "sighting":
        port = getattr(request.user.unit, "port", "")
        now = clock.now().strftime("%Y-%m-%dT%H:%M:00Z")
        return {"seen_at": now, **({"place": port} if port else {})}
    if kind == "dispute":
        return {"points": [{"field": request.GET.get("field", "")}]}
    return {"nature": "comment"}


def typed_body(kind: str, posted: QueryDict) -> dict[str, Any]:
    body: dict[str, Any] = kinds.get(kind).schema.parse_form(posted)
    if kind == "dispute":
        body.setdefault("points", [{"field": ""}])  # a row to fill in, with the fault at its field
    if "original_language" in kinds.get(kind).schema.block.names:
        body.setdefault("original_language", language())
    return body


def finished(kind: str, body: dict[str, Any], about: Record) -> dict[str, Any]:
    """`body` with what need not be asked: how long after the release something was sighted."""
    seen = moment(body.get("seen_at"))
    if kind != "sighting" or seen is None or about.released_at is None:
        return body
    minutes = int((seen - about.released_at).total_seconds() // 60)
    return {**body, "latency_minutes": minutes} if minutes >= 0 else body


def moment(text: Any) -> dt.datetime | None:
    """The moment that `text` says with its offset, or None."""
    try:
        found = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


def units(identity: Identity) -> list[str]:
    """The names of the own Party's units, to hand a record on to."""
    own = Unit.objects.filter(party_id=identity.party, is_active=True)
    return list(own.values_list("name", flat=True))


def audience(posted: QueryDict) -> list[str] | None:
    """The Parties ticked, where the form asked; the action refuses what goes beyond."""
    return posted.getlist("audience") if "audience-asked" in posted else None


def nearby(request: Any, about: Record) -> list[tuple[str, str]]:
    """Places to choose by one touch: the officer's own port, then those that the record names."""
    named = [term.value for term in about.terms.all() if term.type == "place"]
    port = getattr(request.user.unit, "port", "")
    known = codes.get("unlocode")
    wanted = [code for code in dict.fromkeys([port, *named]) if code in known]
    own = [code for code in wanted if code[:2] == request.identity.party]
    offered = [*own, *(code for code in wanted if code not in own)][:PLACES_OFFERED]
    return [(code, known.label(code, language())) for code in offered]
