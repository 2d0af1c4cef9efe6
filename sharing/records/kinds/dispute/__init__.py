"""Dispute: a Party says which fields of another's record are wrong, and what they should say.

It goes to every Party that has the record, which shows “Disputed” there until the record's
originator has decided (kind ruling) or the dispute is withdrawn.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from sharing.records.kinds import heads
from sharing.records.kinds.kind import Kind
from sharing.records.schema import Block, Integer, Many, Schema, Text

#: In place of a field's path: the record as a whole is disputed, such as one of the wrong company.
WHOLE = "*"


@dataclass(frozen=True)
class Place(Text):
    """The path of a field in the disputed record, such as goods.0.hs; its words are that field's."""

    def words(self, value: Any) -> str:
        return ""


POINT = Block(
    "",
    _("Point"),
    fields=(
        Place(
            "field",
            _("Field"),
            required=True,
            max_length=200,
            example="goods.0.hs",
            help=_("Its path, or * for the record as a whole."),
        ),
        Text("says", _("What it says"), max_length=2000, multiline=True),
        Text(
            "should",
            _("What it should say"),
            max_length=2000,
            help=_("Leave it empty if you only know that it is wrong."),
        ),
    ),
)
SCHEMA = Schema(
    Many("points", _("What is wrong"), item=POINT, max_items=20, required=True),
    Text(
        "summary",
        _("Grounds"),
        max_length=10_000,
        multiline=True,
        required=True,
        help=_("Why it is wrong, and how you know."),
    ),
    Text(
        "evidence",
        _("Evidence"),
        max_length=5000,
        multiline=True,
        help=_("Documents, registers or findings that show it, and where they can be had."),
    ),
    Integer("version", _("Version of the record"), least=1, most=100_000),
    heads.original_language(required=False),
    heads.translations(),
)


def name(body: dict[str, Any], language: str) -> str:
    points = body.get("points") or ()
    if any(point.get("field") == WHOLE for point in points):
        return gettext("Dispute of the record as a whole")
    count = len(points)
    words = ngettext("Dispute of %(count)s field", "Dispute of %(count)s fields", count)
    return words % {"count": count} if count else ""


KIND = Kind(
    code="dispute",
    letters="DP",
    label=_("Dispute"),
    label_plural=_("Disputes"),
    description=_("Says that something in a record is wrong; its originator decides."),
    icon="flag",
    schema=SCHEMA,
    is_answer=True,
    naming=name,
)
