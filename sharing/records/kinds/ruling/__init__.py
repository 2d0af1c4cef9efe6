"""Ruling: the originator's decision on a dispute of his record, with its reason.

One officer proposes it and a second one approves: who wrote a record does not alone decide that it
is right, and a decision takes the mark “Disputed” away from every Party that has it.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cordillera.punctuation import labelled
from sharing.records import codes
from sharing.records.kinds import heads
from sharing.records.kinds.kind import Kind
from sharing.records.schema import Code, Link, Schema, Text

SCHEMA = Schema(
    Code("outcome", _("Decision"), codes="ruling_outcome", required=True, featured=True),
    Link("dispute", _("Dispute"), kinds=("dispute",), required=True, term="reference"),
    Text("summary", _("Reason"), max_length=10_000, multiline=True, required=True),
    heads.original_language(required=False),
    heads.translations(),
)


def name(body: dict[str, Any], language: str) -> str:
    label = codes.get("ruling_outcome").label(body.get("outcome", ""), language)
    return labelled(_("Decision on a dispute"), label) if label else ""


KIND = Kind(
    code="ruling",
    letters="DD",
    label=_("Decision on a dispute"),
    label_plural=_("Decisions on disputes"),
    description=_("The originator decides a dispute of his record."),
    icon="scale",
    schema=SCHEMA,
    is_answer=True,
    featured=("outcome", "dispute"),
    naming=name,
)
