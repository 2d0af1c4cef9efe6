"""Advance notice of a law, regulation or administrative change (USMCA 7.25.3(b))."""

from django.utils.translation import gettext_lazy as _

from sharing.records.kinds import blocks, heads
from sharing.records.kinds.kind import Clock, Kind
from sharing.records.schema import Block, Boolean, Code, Codes, Date, DateTime, Schema, Text
from sharing.records.schema.rules import in_order

MEASURE = Block(
    "measure",
    _("Measure"),
    required=True,
    fields=(
        Code("type", _("Kind of measure"), codes="measure", required=True, featured=True),
        Code("stage", _("Stage"), codes="stage", required=True, featured=True),
        Text(
            "instrument",
            _("Instrument"),
            max_length=300,
            required=True,
            term="document",
            help=_("Its name and number."),
        ),
        Text("publication", _("Published in"), max_length=200),
        Text("text", _("What changes"), max_length=10_000, multiline=True),
    ),
)

IMPACT = Block(
    "impact",
    _("Impact"),
    required=True,
    fields=(
        Codes("affects", _("Parties affected"), codes="party", required=True),
        Code("level", _("Level"), codes="impact", required=True, featured=True),
        Boolean("substantial", _("Likely to affect trade substantially")),
        Text("text", _("Effects expected"), max_length=5000, multiline=True),
    ),
)

SCHEMA = Schema(
    *heads.head(),
    MEASURE,
    IMPACT,
    Codes(
        "hs_scope",
        _("Goods concerned"),
        codes="hs",
        max_items=200,
        term="hs",
        help=_("HS chapters, headings or subheadings; none means all goods."),
    ),
    Date("publication", _("Publication")),
    Date("comment_until", _("Comments until"), help=_("The last day on which comments count.")),
    Date("effective", _("Effective"), required=True, featured=True),
    Date("ends", _("Ends")),
    DateTime("starts_at", _("Starts at"), help=_("Only where the hour matters.")),
    DateTime("ends_at", _("Ends at")),
    blocks.documents(),
    heads.links(),
    heads.notes(),
    heads.correction(),
    rules=(
        heads.title_in_original,
        in_order("publication", "effective", _("the publication"), _("the entry into effect")),
        in_order(
            "comment_until", "effective", _("the end of comments"), _("the entry into effect")
        ),
        in_order("effective", "ends", _("the entry into effect"), _("the end")),
        in_order("starts_at", "ends_at", _("the start"), _("the end")),
    ),
)

KIND = Kind(
    code="advance_notice",
    letters="AN",
    label=_("Advance notice"),
    label_plural=_("Advance notices"),
    description=_("A rule is about to change; the other Parties may comment."),
    icon="megaphone",
    schema=SCHEMA,
    answered_by=("acknowledgement", "comment", *heads.DISPUTED_BY),
    featured=("measure.type", "measure.stage", "impact.level", "effective", "hs_scope"),
    review_months=12,
    expiry_months=24,
    clocks=(
        Clock("comment_until", _("Comments until"), remind_days=(14, 3, 0)),
        Clock("effective", _("Effective"), remind_days=(30, 7, 0)),
    ),
)
