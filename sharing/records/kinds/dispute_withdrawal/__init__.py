"""Withdrawal of a dispute: who disputed a record takes that back, and says why."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from sharing.records.kinds import heads
from sharing.records.kinds.kind import Kind
from sharing.records.schema import Link, Schema, Text

SCHEMA = Schema(
    Link("dispute", _("Dispute"), kinds=("dispute",), required=True, term="reference"),
    Text("summary", _("Reason"), max_length=5000, multiline=True, required=True),
    heads.original_language(required=False),
    heads.translations(),
)


def name(body: dict[str, Any], language: str) -> str:
    return str(_("Dispute withdrawn"))


KIND = Kind(
    code="dispute_withdrawal",
    letters="DW",
    label=_("Withdrawal of a dispute"),
    label_plural=_("Withdrawals of disputes"),
    description=_("The Party that disputed a record takes it back."),
    icon="flag-off",
    schema=SCHEMA,
    is_answer=True,
    featured=("dispute",),
    naming=name,
)
