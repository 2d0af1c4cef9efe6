"""The JSON Schemas of what the desk takes and gives over the API."""

from __future__ import annotations

from typing import Any

from cordillera.api.conformance import or_null
from cordillera.api.schema import component, listed, obj, ref, text
from sharing.records.api import shapes

from ..models import OUTCOMES, InboxItem, Notification


def _moment(description: str) -> dict[str, Any]:
    return or_null(text(description, format="date-time"))


def _id(description: str) -> dict[str, Any]:
    return or_null(text(description, format="uuid"))


def _outcome() -> dict[str, Any]:
    return obj(
        {
            "outcome": text("What was decided.", enum=[code for code, _label in OUTCOMES]),
            "by": text("The officer's name, of your Party."),
            "at": _moment("When."),
            "note": text("The reason or the note that was given."),
            "unit": or_null({"type": "integer", "description": "The unit it was referred to."}),
            "assignee": _id("The officer it was referred to."),
            "snoozed_until": _moment("Until when it was put off."),
        },
        description="What your Party decided about the item.",
    )


def item() -> dict[str, Any]:
    return obj(
        {
            "id": text("The item's id.", format="uuid"),
            "news": text("What last happened.", enum=[verb for verb, _label in InboxItem.VERBS]),
            "record_id": _id("The record's id."),
            "reference": text("The record's reference."),
            "kind": text("The record's kind."),
            "originator": shapes.PARTY,
            "record": {
                "description": "The record as it is now; null once it is recalled or locked.",
                "oneOf": [ref("RecordBrief"), {"type": "null"}],
            },
            "arrived_at": _moment("When it first came."),
            "news_at": _moment("When something last happened to it; the list's order."),
            "acknowledged_at": _moment("When your Party acknowledged it."),
            "answers": {"type": "integer", "description": "How many answers it has."},
            "open": {"type": "boolean", "description": "Whether it waits for an outcome."},
            "outcome": {
                "description": "The present outcome; null when it has none.",
                "oneOf": [_outcome(), {"type": "null"}],
            },
        },
        description="A record in your Party's inbox, or the gravestone of a recalled one.",
    )


def notification() -> dict[str, Any]:
    return obj(
        {
            "id": text("The notification's id.", format="uuid"),
            "topic": text("Why.", enum=[code for code, _label in Notification.TOPICS]),
            "title": text("What it is about, as far as you may see it now."),
            "record_id": _id("The record that it is about."),
            "reference": text("Its reference; empty where there is none."),
            "kind": text("Its kind; empty where there is none."),
            "sender": text("The Party that it comes from; empty where there is none."),
            "due_on": or_null(text("For a date that comes: the day.", format="date")),
            "created_at": _moment("When it was made."),
            "read_at": _moment("When you read it; null while it is new."),
            "url": text("The page it leads to; empty where there is none any more."),
        },
        description="That something waits for you.",
    )


ITEM = component("InboxItem", item)
ITEMS = component("InboxPage", lambda: shapes.page("InboxItem", "Items, the newest first."))
NOTIFICATION = component("Notification", notification)
NOTIFICATIONS = component(
    "NotificationPage", lambda: shapes.page("Notification", "Notifications, the newest first.")
)
READ = component(
    "NotificationsRead",
    lambda: obj(
        {"read": {"type": "integer", "description": "How many of them were new."}},
        description="What was marked.",
    ),
)
REFEREES = component(
    "Referees",
    lambda: obj(
        {
            "units": listed(
                obj(
                    {
                        "id": {"type": "integer", "description": "For `unit`."},
                        "name": text("The unit's name."),
                        "port": text("Its UN/LOCODE; empty where it has none."),
                    }
                ),
                "Your Party's units in use.",
            ),
            "officers": listed(
                obj({"id": text("For `assignee`.", format="uuid"), "name": text("The name.")}),
                "Your Party's officers who may read the record.",
            ),
        },
        description="To whom an item may be referred.",
    ),
)
#: What each outcome needs is said by the action, at the field.
OUTCOME = obj(
    {
        "outcome": text(
            "`acknowledged` sends your Party's acknowledgement to the originator; `no_action` needs"
            " `reason`; `referred` needs `unit` or `assignee`; `snoozed` needs `until`. To report a"
            " sighting, answer the record.",
            enum=["acknowledged", "no_action", "referred", "snoozed"],
        ),
        "result": text(
            "With `acknowledged`: code of the list `acknowledgement_result`; else `noted`.",
            maxLength=40,
        ),
        "reason": text("With `no_action`: why nothing is done.", maxLength=2000),
        "unit": {"type": "integer", "description": "With `referred`: a unit's id; see referees."},
        "assignee": text("With `referred`: an officer's id; see referees.", format="uuid"),
        "note": text("With `referred`: for whoever takes it on.", maxLength=2000),
        "until": text("With `snoozed`: when it waits again.", format="date-time"),
    },
    optional=("result", "reason", "unit", "assignee", "note", "until"),
)
MARK = obj(
    {
        "ids": listed(
            text("A notification's id.", format="uuid"),
            "These alone; without it, all of them.",
            maxItems=500,
        )
    },
    optional=("ids",),
)
