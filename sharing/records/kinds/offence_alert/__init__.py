"""Offence alert: what was found, where, by which route, and what the others are asked to do."""

from django.utils.translation import gettext_lazy as _

from sharing.records.kinds import blocks, heads
from sharing.records.kinds.kind import Kind
from sharing.records.schema import DateTime, Many, Money, Schema, Text

SCHEMA = Schema(
    *heads.head(),
    DateTime(
        "observed",
        _("Observed"),
        required=True,
        past=True,
        help=_("When it was seen, in your time zone."),
    ),
    blocks.location(),
    blocks.requested_action(),
    blocks.goods(required=True),
    blocks.parties(),
    blocks.conveyances(),
    blocks.route(),
    blocks.documents(),
    Text("modus_operandi", _("How it was done"), max_length=5000, multiline=True),
    Many(
        "risk_indicators",
        _("Risk indicators"),
        max_items=30,
        item=Text("", _("Indicator"), max_length=300),
    ),
    Money("estimated_revenue_loss", _("Estimated loss of revenue")),
    heads.links(),
    heads.notes(),
    heads.correction(),
    rules=(heads.title_in_original,),
)

KIND = Kind(
    code="offence_alert",
    letters="OA",
    label=_("Offence alert"),
    label_plural=_("Offence alerts"),
    description=_("Something was found, and the other Parties should look for it too."),
    icon="siren",
    schema=SCHEMA,
    answered_by=("acknowledgement", "sighting", "comment", *heads.DISPUTED_BY),
    featured=("location.place", "goods.*.hs", "requested_action.code", "conveyances.*.number"),
    review_months=6,
    expiry_months=12,
)
