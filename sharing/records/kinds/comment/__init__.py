"""Comment: a remark, a question, or the report that something in a record is wrong."""

from typing import Any

from django.utils.translation import gettext_lazy as _

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
    Text("concerns", _("Concerns"), max_length=300, help=_("The part of the record it is about.")),
    Text("proposed", _("Proposed correction"), max_length=2000, multiline=True),
    heads.translations(),
)


def name(body: dict[str, Any], language: str) -> str:
    label = codes.get("comment_nature").label(body.get("nature", ""), language)
    first = " ".join(str(body.get("summary", "")).split())
    start = first if len(first) <= 80 else f"{first[:79]}…"
    return f"{label}: {start}" if label else start


KIND = Kind(
    code="comment",
    letters="CM",
    label=_("Comment"),
    label_plural=_("Comments"),
    description=_("A remark, a question, or a report that something is wrong."),
    icon="message-square",
    schema=SCHEMA,
    is_answer=True,
    featured=("nature",),
    naming=name,
)
