"""Enforcement result: a seizure, detention or penalty, and how it came about."""

from django.utils.translation import gettext_lazy as _

from sharing.records.kinds import blocks, heads
from sharing.records.kinds.kind import Kind
from sharing.records.schema import (
    Block,
    Code,
    Codes,
    DateTime,
    Integer,
    Money,
    Schema,
    Text,
)

RESULT = Block(
    "result",
    _("Result"),
    required=True,
    fields=(
        Code("action", _("Action"), codes="enforcement_action", required=True, featured=True),
        Codes("detection", _("How it was detected"), codes="detection", max_items=5),
        Text("detection_note", _("Note on detection"), max_length=1000),
        Code("concealment", _("Concealment"), codes="concealment"),
        Text("concealment_note", _("Note on concealment"), max_length=1000),
        Integer("persons_arrested", _("Persons arrested"), most=10_000),
        Money("penalty", _("Penalty")),
        Text("legal_ground", _("Legal ground"), max_length=300),
        Text("follow_up", _("What follows"), max_length=2000, multiline=True),
    ),
)

SCHEMA = Schema(
    *heads.head(),
    DateTime("event", _("When"), required=True, past=True),
    blocks.location(),
    RESULT,
    blocks.goods(required=True),
    blocks.parties(),
    blocks.conveyances(),
    blocks.route(),
    blocks.documents(),
    heads.links(),
    heads.notes(),
    heads.correction(),
    rules=(heads.title_in_original,),
)

KIND = Kind(
    code="enforcement_result",
    letters="ER",
    label=_("Enforcement result"),
    label_plural=_("Enforcement results"),
    description=_("What was seized, detained or penalised, and how it was found."),
    icon="gavel",
    schema=SCHEMA,
    answered_by=("acknowledgement", "comment", *heads.DISPUTED_BY),
    featured=("result.action", "location.place", "goods.*.hs"),
    review_months=12,
    expiry_months=36,
)
