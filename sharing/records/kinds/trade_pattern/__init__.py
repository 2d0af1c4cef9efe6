"""Trade pattern: figures over a period that stand out from what was expected."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharing.records.kinds import blocks, heads
from sharing.records.kinds.kind import Kind
from sharing.records.schema import (
    Block,
    Code,
    Codes,
    Date,
    Decimal,
    Link,
    Many,
    Schema,
    Text,
)
from sharing.records.schema.rules import in_order

PERIOD = Block(
    "period",
    _("Period"),
    required=True,
    fields=(
        Date("start", pgettext_lazy("date", "From"), required=True),
        Date("end", pgettext_lazy("date", "To"), required=True),
    ),
    rules=(in_order("start", "end", _("the start"), _("the end")),),
)

METRIC = Block(
    "metric",
    _("What was measured"),
    required=True,
    fields=(
        Code("name", _("Measure"), codes="metric", required=True, featured=True),
        Decimal("value", _("Value found"), required=True, featured=True),
        Decimal("threshold", _("Value from which it stands out")),
        Text("unit", _("Unit"), max_length=40, help=_("Such as KGM, or USD/C62.")),
        Text("note", _("Note"), max_length=1000),
    ),
)

FINDING = Block(
    "",
    _("Finding"),
    fields=(
        Text("what", _("What"), max_length=300, required=True),
        Decimal("value", _("Value")),
        Text("unit", _("Unit"), max_length=40),
        Text("period", _("When"), max_length=60),
        Codes("places", _("Places"), codes="unlocode", max_items=20, term="place"),
        Link("entity", _("Suspect entity"), kinds=("suspect_entity",), term="reference"),
        Text("note", _("Note"), max_length=1000),
    ),
)

SCHEMA = Schema(
    *heads.head(),
    PERIOD,
    METRIC,
    Codes("hs", _("Goods"), codes="hs", required=True, max_items=100, featured=True, term="hs"),
    Codes("origins", _("Origins"), codes="country", max_items=20, term="country"),
    Many("findings", _("Findings"), item=FINDING, max_items=200),
    Text("method", _("Method and sources"), max_length=5000, multiline=True),
    blocks.parties(),
    heads.links(),
    heads.notes(),
    heads.correction(),
    rules=(heads.title_in_original,),
)

KIND = Kind(
    code="trade_pattern",
    letters="PT",
    label=_("Trade pattern"),
    label_plural=_("Trade patterns"),
    description=_("Figures that stand out, for the other Parties to look at their side."),
    icon="chart-line",
    schema=SCHEMA,
    answered_by=("acknowledgement", "comment", *heads.DISPUTED_BY),
    featured=("metric.name", "metric.value", "hs", "period.end"),
    review_months=12,
    expiry_months=24,
)
