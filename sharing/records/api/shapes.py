"""The JSON Schemas of what the API takes and gives, each field described. Registered as components
of the OpenAPI document."""

from __future__ import annotations

from typing import Any

from cordillera.api.conformance import or_null
from cordillera.api.schema import component, listed, obj, ref, text

from .. import kinds, lifecycle
from ..models import Decision, OutboxRow, Version
from . import contents  # noqa: F401 - registers Body and HandlingDraft

TLP = ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR")
LANGUAGES = ("en", "es", "fr")


def _day(description: str) -> dict[str, Any]:
    return or_null(text(description, format="date"))


def _moment(description: str) -> dict[str, Any]:
    return or_null(text(description, format="date-time"))


def _codes(description: str) -> dict[str, Any]:
    return listed({"type": "string"}, description)


PARTY = text("A Party's code.", examples=["US"])
ID = text("The id, which never changes.", format="uuid")
REFERENCE = or_null(
    text("Like US-OA-2026-00412; none before release.", examples=["US-OA-2026-00412"])
)
ETAG = text("The revision of this version, for If-Match.", examples=['"1.3"'])


def _kinds() -> list[str]:
    return [kind.code for kind in kinds.all()]


def brief() -> dict[str, Any]:
    """What lists show of a record."""
    return {
        "id": ID,
        "reference": REFERENCE,
        "kind": text("The kind of record; see /kinds.", enum=_kinds()),
        "originator": {**PARTY, "description": "The Party that made it; only it may change it."},
        "about": or_null(text("For an answer: the record that it answers.", format="uuid")),
        "state": text(
            "Where it is in its life. A recipient reads `released` also while the originator works"
            " on an amendment.",
            enum=[state for state, _label in lifecycle.STATES],
        ),
        "title": text("In the caller's language, else in the original one."),
        "titles": {
            "type": "object",
            "description": "The title by language.",
            "properties": {code: text("Title.") for code in LANGUAGES},
            "additionalProperties": False,
        },
        "summary": text("In the original language."),
        "original_language": text("The language that the free text is in.", enum=list(LANGUAGES)),
        "priority": text("Code of the list `priority`; empty where the kind has none."),
        "typology": _codes("Codes of the list `typology`."),
        "tlp": text("Traffic Light Protocol 2.0 label.", enum=list(TLP)),
        "audience": listed(PARTY, "The Parties to which it is released, the originator included."),
        "contains": _codes("Codes of the list `contains`: what sort of protected data is in it."),
        "featured": listed(
            obj({"label": text("The field's name."), "text": text("Its value, readable.")}),
            "The kind's most telling fields in the caller's language.",
        ),
        "released_at": _moment("First release."),
        "recalled_at": _moment("When it was recalled; only the originator still sees it."),
        "updated_at": _moment("Last change of any sort; null for other Parties' records."),
        "review_on": _day("Whether it is still needed is looked at again on this day."),
        "expires_on": _day("After this day it is out of force."),
        "effective_on": _day("For a notice: the day from which it applies."),
        "comment_until": _day("For a notice: the last day for comments."),
        "disputed": {
            "type": "boolean",
            "description": "A Party disputes it and the originator has not decided yet.",
        },
        "url": text("The record's page, for a person.", format="uri"),
    }


def record() -> dict[str, Any]:
    open_draft = obj(
        {
            "version": {"type": "integer", "description": "Its number."},
            "state": text(
                "Being written, or waiting for a second officer.", enum=["draft", "in_review"]
            ),
            "etag": {**ETAG, "description": "The draft's revision, for If-Match."},
        },
        description="The open draft or amendment; null when there is none, or it is not yours.",
    )
    return obj(
        {
            **brief(),
            "version": {"type": "integer", "description": "The number of the version given here."},
            "etag": ETAG,
            "body": ref("Body"),
            "handling": ref("HandlingDraft"),
            "draft": or_null(open_draft),
        },
        description="A record as the caller sees it: the version in force, or the own Party's draft"
        " before there is one.",
    )


def version() -> dict[str, Any]:
    return obj(
        {
            "record": {**ID, "description": "The record's id."},
            "number": {"type": "integer", "description": "Counts the record's versions."},
            "state": text(
                "`superseded`: a later version is in force.", enum=[s for s, _ in Version.STATES]
            ),
            "etag": ETAG,
            "released_at": _moment("When it came into force."),
            "key": or_null(text("The id of the key that signed it; see /parties.")),
            "body": ref("Body"),
            "handling": ref("HandlingDraft"),
            "jws": or_null(
                text("The exact signed bytes: a compact JWS (RFC 7515), Ed25519 (RFC 9864).")
            ),
        },
        description="One version. Once released it never changes.",
    )


def version_line() -> dict[str, Any]:
    return obj(
        {k: v for k, v in version()["properties"].items() if k not in ("body", "handling", "jws")},
        description="One version, without its content.",
    )


def signature() -> dict[str, Any]:
    return obj(
        {
            "verified": {
                "type": "boolean",
                "description": "The bytes verify under a key of the originator, and say what the"
                " record says. Found out now, not remembered.",
            },
            "key": or_null(text("The id of the key.")),
            "reason": text("Why it does not verify; empty when it does."),
        },
        description="The result of verifying a version's signature.",
    )


def decision() -> dict[str, Any]:
    return obj(
        {
            "record": ref("RecordBrief"),
            "verb": text("What is proposed.", enum=[verb for verb, _ in Decision.VERBS]),
            "proposed_by": text("The proposing officer's name, of your Party."),
            "proposed_at": text("When.", format="date-time"),
            "reason": text("Why, in the proposer's words."),
            "version": {"type": "integer", "description": "The version to be decided on."},
            "etag": {**ETAG, "description": "Send it as If-Match when you approve."},
            "decidable": {
                "type": "boolean",
                "description": "False when you wrote or proposed it yourself.",
            },
        },
        description="A proposal that waits for a second officer.",
    )


def arrival() -> dict[str, Any]:
    return obj(
        {
            "verb": text(
                "What happened: `recalled` also stands for a record that was narrowed away from"
                " your Party; delete what you hold of it.",
                enum=[verb for verb, _ in OutboxRow.VERBS],
            ),
            "at": text("When it was sent.", format="date-time"),
            "id": {**ID, "description": "The record's id."},
            "kind": text("Its kind.", enum=_kinds()),
            "originator": PARTY,
            "record": {
                "description": "The record as it is now; null once it is recalled.",
                "oneOf": [ref("Record"), {"type": "null"}],
            },
        },
        description="One thing that reached your Party.",
    )


def page(of: str, description: str) -> dict[str, Any]:
    return obj(
        {
            "items": listed(ref(of), description),
            "next": or_null(text("Cursor of the next page; null on the last one.")),
        },
        description="One page of a list.",
    )


BRIEF = component("RecordBrief", lambda: obj(brief(), description="A record as lists show it."))
RECORD = component("Record", record)
RECORDS = component("RecordPage", lambda: page("RecordBrief", "Records."))
ANSWERS = component("AnswerPage", lambda: page("Record", "Answers, oldest first."))
VERSION = component("Version", version)
VERSIONS = component(
    "Versions",
    lambda: obj(
        {"items": listed(version_line(), "Newest first.")}, description="A record's versions."
    ),
)
SIGNATURE = component("Signature", signature)
DECISIONS = component(
    "Decisions",
    lambda: obj({"items": listed(decision(), "Oldest first.")}, description="Open proposals."),
)
FEED = component(
    "Feed",
    lambda: obj(
        {
            "items": listed(arrival(), "In the order in which they were sent."),
            "next": text("Cursor for the next call; always there, and good for ever."),
            "more": {"type": "boolean", "description": "Whether more is there already."},
        },
        description="What reached the caller's Party.",
    ),
)
