"""Comment: a remark or a question. What is wrong in a record is disputed (kind dispute)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cordillera.punctuation import labelled
from sharing.records import codes
from sharing.records.kinds import heads
from sharing.records.kinds.kind import Kind
from sharing.records.schema import Code, Schema, Text

SCHEMA = Schema(
    Code(
        "nature",
        _("Kind of comment"),
        codes="comment_nature",
        required=True,
        featured=True,
        example="question",
    ),
    Text("summary", _("Text"), max_length=10_000, multiline=True, required=True),
    heads.original_language(required=False),
    heads.translations(),
)


def name(body: dict[str, Any], language: str) -> str:
    label = codes.get("comment_nature").label(body.get("nature", ""), language)
    first = " ".join(str(body.get("summary", "")).split())
    start = first if len(first) <= 80 else f"{first[:79]}…"
    return labelled(label, start) if label else start


KIND = Kind(
    code="comment",
    letters="CM",
    label=_("Comment"),
    label_plural=_("Comments"),
    description=_("A remark or a question."),
    icon="message-square",
    schema=SCHEMA,
    is_answer=True,
    featured=("nature",),
    naming=name,
)
