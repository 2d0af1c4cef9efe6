"""Answers to a record: acknowledgements, sightings, comments, disputes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.api import pagination
from cordillera.api.endpoint import operation
from cordillera.api.pagination import CURSOR, LIMIT, Stretch
from cordillera.api.parameters import choice
from cordillera.api.schema import component, listed, obj, ref, text

from .. import actions, disputes, kinds, lifecycle, queries
from ..actions.begun import begun
from ..kinds import Kind
from ..models import Record
from ..problems import Invalid
from ..schema.problems import Problem
from . import bodies, contents, representation, shapes
from .base import OfRecord, note_listing

AUDIENCE = {
    **listed(shapes.PARTY, "Fewer Parties than the record's audience; its originator always."),
    "maxItems": 50,
}


DRAFT = text(
    "The id of the answer that you began at /records/{id}/answers/begin: its files go with it.",
    format="uuid",
)


def _shape(kind: Kind) -> dict[str, Any]:
    return obj(
        {
            "kind": text("The kind of answer.", enum=[kind.code]),
            "body": ref(f"{contents.camel(kind.code)}Complete"),
            "audience": AUDIENCE,
            "draft": DRAFT,
        },
        optional=("audience", "draft"),
        title=str(kind.label),
    )


def _register(kind: Kind) -> dict[str, str]:
    return component(f"Answer{contents.camel(kind.code)}", lambda: _shape(kind))


#: What one officer sends by himself; a decision on a dispute is proposed instead (see Rulings).
SENT = tuple(kind for kind in kinds.answers() if kind.code in lifecycle.SINGLE_HANDED_KINDS)
ANSWER = obj(
    {
        "kind": text("The kind of answer.", enum=[kind.code for kind in SENT]),
        "body": {"type": "object", "description": "What the answer says; it must be complete."},
        "audience": AUDIENCE,
        "draft": DRAFT,
    },
    optional=("audience", "draft"),
    oneOf=[_register(kind) for kind in SENT],
)


class Answers(OfRecord):
    @operation(
        "record.list",
        "List the answers",
        parameters=(
            choice("kind", lambda: [kind.code for kind in kinds.answers()], "Only this kind."),
            LIMIT,
            CURSOR,
        ),
        answers={200: ("A page of answers.", shapes.ANSWERS)},
    )
    def get(self, request: Request, id: UUID) -> Response:
        """The answers that the caller may see, oldest first, each whole."""
        record = self.record(id)
        rows = queries.answers(self.identity, record, self.query["kind"] or "")
        page = pagination.page(
            [Stretch(rows, "released_at", newest_first=False)],
            self.query["cursor"],
            self.query["limit"],
        )
        note_listing(self.identity, page.rows, "answers")
        disputes.mark(page.rows)
        items = [
            representation.represent(self.identity, answer, answer.current) for answer in page.rows
        ]
        return Response({"items": items, "next": page.next})

    @operation(
        "record.answer",
        "Answer",
        body={"application/json": ANSWER},
        answers={201: ("The answer.", shapes.RECORD)},
        etag=True,
        keyed=True,
        problems=(409,),
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Acknowledge the record, report a sighting, comment, dispute what it says, or withdraw an
        own dispute. It is released at once, under one officer's name, with the handling of the
        record that it answers. A dispute goes to every Party that has the record."""
        about = self.record(id, "record.answer")
        kind = bodies.kind_of(self.content["kind"], SENT)
        bodies.check(kind.code, self.content["body"])
        answer = actions.answer(
            about=about,
            kind=kind.code,
            by=self.identity,
            body=self.content["body"],
            audience=self.content.get("audience"),
            begun=self.begun(about),
        )
        response = self.answer(answer, 201)
        response["Location"] = f"/api/v1/records/{answer.pk}"
        return response

    def begun(self, about: Record) -> Record | None:
        """The answer that was begun for files, where one is named."""
        if "draft" not in self.content:
            return None
        held = begun(about, self.content["kind"], self.identity)
        if held is None or str(held.pk) != self.content["draft"].lower():
            words = _("There is no such answer that you began.")
            raise Invalid([Problem("draft", "unknown", words)])
        return held


class Begin(OfRecord):
    @operation(
        "record.answer",
        "Begin an answer with files",
        body={
            "application/json": obj(
                {"kind": text("The kind of answer.", enum=[k.code for k in kinds.answers()])}
            )
        },
        answers={
            201: (
                "The answer to be.",
                component(
                    "BegunAnswer",
                    lambda: obj(
                        {"id": shapes.ID}, description="An answer that has not been sent yet."
                    ),
                ),
            )
        },
        keyed=True,
        problems=(409,),
        examples={"sighting": {"value": {"kind": "sighting"}}},
    )
    def post(self, request: Request, id: UUID) -> Response:
        """A place for the files of an answer: send them to /records/{id}/attachments of the id given
        here, which needs the scope `draft`, then post the answer with it as `draft`. It is in no
        list, the same one is given again until it is sent, and it goes after three days."""
        about = self.record(id, "record.answer")
        kind = bodies.kind_of(self.content["kind"], kinds.answers())
        held = actions.begin_answer(about=about, kind=kind.code, by=self.identity)
        return Response({"id": str(held.pk)}, status=201)
