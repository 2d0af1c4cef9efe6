"""How every record that stands by itself begins and ends."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from sharing.records.schema import (
    Block,
    Boolean,
    Code,
    Codes,
    Field,
    Link,
    Many,
    Problem,
    Text,
    Translated,
)

#: How every record that stands by itself is disputed, and how a dispute ends.
DISPUTED_BY = ("dispute", "ruling", "dispute_withdrawal")


def head() -> tuple[Field, ...]:
    """How every record that is not an answer begins."""
    return (
        Translated(
            "title",
            _("Title"),
            required=True,
            max_length=300,
            help=_("In the language you write in; the others help your readers."),
        ),
        original_language(),
        Text(
            "summary",
            _("Summary"),
            max_length=10_000,
            multiline=True,
            required=True,
            help=_("What happened, what is known and what is needed."),
        ),
        translations(),
        Codes(
            "typology",
            _("Typology"),
            codes="typology",
            required=True,
            featured=True,
            max_items=10,
            term="typology",
        ),
        Codes("legal_basis", _("Legal basis"), codes="legal_basis", max_items=10),
        Code("priority", _("Priority"), codes="priority", required=True),
    )


def original_language(required: bool = True) -> Code:
    return Code(
        "original_language",
        _("Written in"),
        codes="working_language",
        required=required,
        example="en",
    )


def translations() -> Many:
    return Many(
        "summary_translations",
        _("Translations of the summary"),
        max_items=2,
        item=Block(
            "",
            _("Translation"),
            fields=(
                Code("language", _("Language"), codes="working_language", required=True),
                Text("text", _("Text"), max_length=10_000, multiline=True, required=True),
                Boolean("machine", _("Made by a machine")),
            ),
        ),
    )


def title_in_original(value: dict[str, Any]) -> list[Problem]:
    """The title must exist in the language the record says it is written in."""
    language, title = value.get("original_language"), value.get("title")
    if language and title and language not in title:
        message = _("The title is missing in the language the record is written in.")
        return [Problem(f"title.{language}", "required", message)]
    return []


def links() -> Many:
    return Many(
        "links", _("Related records"), max_items=100, item=Link("", _("Record"), term="reference")
    )


def notes() -> Text:
    return Text("notes", _("Further notes"), max_length=10_000, multiline=True)


def correction() -> Block:
    """What makes a version a correction of the one before it, announced as such to everyone who
    has the record. It is said of one version: the next amendment begins without it."""
    return Block(
        "correction",
        _("Correction"),
        help=_(
            "Fill this in when the amendment puts something right that was wrong: everyone who has "
            "the record is told what was corrected and why."
        ),
        fields=(
            Text(
                "reason",
                _("Reason for the correction"),
                max_length=2000,
                multiline=True,
                required=True,
            ),
            Many(
                "disputes",
                _("Disputes that it answers"),
                max_items=20,
                item=Link("", _("Dispute"), kinds=("dispute",), term="reference"),
            ),
        ),
    )
