"""Acknowledgement: a Party has read a record and says what it will do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cordillera.punctuation import labelled
from sharing.records import codes
from sharing.records.kinds import heads
from sharing.records.kinds.kind import Kind
from sharing.records.schema import Code, Schema, Text

SCHEMA = Schema(
    Code(
        "result",
        _("Result"),
        codes="acknowledgement_result",
        required=True,
        featured=True,
        example="noted",
    ),
    Text("handled_by", _("Handled by"), max_length=200, help=_("The unit that takes it up.")),
    Text("summary", _("Remark"), max_length=2000, multiline=True),
    heads.original_language(required=False),
)


def name(body: dict[str, Any], language: str) -> str:
    label = codes.get("acknowledgement_result").label(body.get("result", ""), language)
    return labelled(_("Acknowledgement"), label) if label else ""


KIND = Kind(
    code="acknowledgement",
    letters="AK",
    label=_("Acknowledgement"),
    label_plural=_("Acknowledgements"),
    description=_("Says that a record was read and what will be done."),
    icon="check-check",
    schema=SCHEMA,
    is_answer=True,
    featured=("result", "handled_by"),
    naming=name,
)
