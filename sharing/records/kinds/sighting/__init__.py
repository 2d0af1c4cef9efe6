"""Sighting: what a Party found, or did not find, of what a record asks to look for."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cordillera.punctuation import labelled
from sharing.records import codes
from sharing.records.kinds import blocks, heads
from sharing.records.kinds.kind import Kind
from sharing.records.schema import (
    Code,
    Codes,
    Date,
    DateTime,
    Integer,
    Quantity,
    Schema,
    Text,
    Translated,
)

SCHEMA = Schema(
    Code(
        "result",
        _("Result"),
        codes="sighting_result",
        required=True,
        featured=True,
        example="hit_confirmed",
    ),
    DateTime("seen_at", _("Seen at"), past=True, help=_("In your time zone.")),
    Date("seen_on", _("Seen on"), past=True, help=_("Only where the hour is not known.")),
    Code("place", _("Place"), codes="unlocode", featured=True, term="place"),
    Text("place_note", _("Exact place"), max_length=200),
    Codes("action_taken", _("Action taken"), codes="action_taken", featured=True, max_items=5),
    Text("action_note", _("Note on the action"), max_length=1000),
    Text("summary", _("What was seen"), max_length=10_000, multiline=True),
    heads.original_language(required=False),
    Text("reason", _("Reason for the check"), max_length=500),
    Quantity("quantity", _("Quantity found")),
    blocks.conveyances(),
    blocks.parties(),
    Text("companions", _("Persons present"), max_length=1000, personal=True),
    Integer("latency_minutes", _("Minutes from release to sighting"), most=10_000_000),
    Translated(
        "title",
        _("Title"),
        max_length=300,
        help=_("Left empty, it is made from the result and the place."),
    ),
    heads.translations(),
    heads.notes(),
)


def name(body: dict[str, Any], language: str) -> str:
    parts = [codes.get("sighting_result").label(body.get("result", ""), language)]
    if body.get("place"):
        parts.append(codes.get("unlocode").label(body["place"], language))
    return labelled(_("Sighting"), ", ".join(parts)) if parts[0] else ""


KIND = Kind(
    code="sighting",
    letters="SG",
    label=_("Sighting"),
    label_plural=_("Sightings"),
    description=_("Says what was found of what a record asks to look for."),
    icon="eye",
    schema=SCHEMA,
    is_answer=True,
    featured=("result", "place", "action_taken"),
    naming=name,
)
