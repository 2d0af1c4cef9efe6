"""Suspect entity: a person, company, vessel, vehicle, container, address or online seller.

Race, religion, politics, health and the like have no fields here, on purpose.
"""

from django.utils.translation import gettext_lazy as _

from sharing.records.kinds import blocks, heads
from sharing.records.kinds.kind import Kind
from sharing.records.schema import Code, Codes, Integer, Schema, Text

from .parts import ONLY_FOR, addresses, aliases, person, relations, vehicle, vessel

SCHEMA = Schema(
    *heads.head(),
    Code(
        "entity_type",
        _("Kind of entity"),
        codes="entity_type",
        required=True,
        featured=True,
        term="entity_type",
        example="company",
    ),
    Text(
        "name",
        _("Name"),
        required=True,
        max_length=300,
        featured=True,
        term="name",
        help=_("For a person: FAMILY NAMES, Given names. For a thing: its number."),
        example="Aceros Quimera del Norte, S.A. de C.V.",
    ),
    aliases(),
    blocks.identifier_many(most=50),
    addresses(),
    person(),
    vessel(),
    vehicle(),
    Codes("involvement", _("Involvement"), codes="party_role", max_items=10),
    Text("involvement_note", _("Note on involvement"), max_length=500),
    Text(
        "reason",
        _("Reason"),
        required=True,
        max_length=2000,
        multiline=True,
        help=_("The facts that make it suspect."),
    ),
    blocks.requested_action(),
    Integer("risk_score", _("Risk score"), most=100, help=_("From 0 to 100.")),
    relations(),
    blocks.documents(),
    heads.links(),
    heads.notes(),
    heads.correction(),
    rules=(heads.title_in_original, *ONLY_FOR),
)

KIND = Kind(
    code="suspect_entity",
    letters="SE",
    label=_("Suspect entity"),
    label_plural=_("Suspect entities"),
    description=_("Somebody or something that the other Parties should watch for."),
    icon="user-search",
    schema=SCHEMA,
    answered_by=("acknowledgement", "sighting", "comment", *heads.DISPUTED_BY),
    featured=("entity_type", "name", "identifiers.*.value", "requested_action.code", "risk_score"),
    review_months=12,
    expiry_months=24,
)
