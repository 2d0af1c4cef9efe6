"""One record: read it, write its draft, and ask before its release who will see it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.access.decide import require
from cordillera.api import parsers
from cordillera.api.endpoint import operation
from cordillera.api.schema import component, listed, obj, text

from .. import actions, disputes, queries
from ..models import Record, Version
from ..reading.noted import note_reading
from . import bodies, representation, shapes
from .base import OfRecord, note_listing

IF_MATCH = "The ETag of the draft that the change is based on."


class One(OfRecord):
    @operation(
        "record.read", "Read a record", answers={200: ("The record.", shapes.RECORD)}, etag=True
    )
    def get(self, request: Request, id: UUID) -> Response:
        """The version in force; before the first release, the own Party's draft. Reading another
        Party's record is written to the log."""
        record = self.record(id)
        version = queries.shown_version(self.identity, record)
        note_reading(self.identity, record, version, part="api")
        return self.shown(record, version)


class Draft(OfRecord):
    """The own Party's open draft or amendment."""

    parser_classes: list[Any] = [parsers.JSON, parsers.MergePatch]

    @operation(
        "record.edit", "Read the draft", answers={200: ("The draft.", shapes.VERSION)}, etag=True
    )
    def get(self, request: Request, id: UUID) -> Response:
        """The open draft or amendment, which the other Parties do not see."""
        return self.whole(open_draft(self.record(id, "record.edit")))

    @operation(
        "record.edit",
        "Replace the draft",
        body={"application/json": bodies.CONTENT},
        answers={200: ("The draft as it was saved.", shapes.VERSION)},
        if_match=IF_MATCH,
        etag=True,
        problems=(409,),
    )
    def put(self, request: Request, id: UUID) -> Response:
        """Save the whole content anew. When somebody saved since, 412, and nothing is changed."""
        return self.save(id, lambda version: self.content)

    @operation(
        "record.edit",
        "Change the draft",
        body={"application/merge-patch+json": bodies.PATCH, "application/json": bodies.PATCH},
        answers={200: ("The draft as it was saved.", shapes.VERSION)},
        if_match=IF_MATCH,
        etag=True,
        problems=(409,),
    )
    def patch(self, request: Request, id: UUID) -> Response:
        """Change single fields by a JSON merge patch (RFC 7396): what is named is replaced, null
        removes, lists are replaced whole."""

        def content(version: Version) -> dict[str, Any]:
            present = {"body": version.body, "handling": version.handling}
            merged: dict[str, Any] = parsers.merged(present, self.content)
            return merged

        return self.save(id, content)

    def save(self, pk: UUID, content: Any) -> Response:
        record = self.record(pk, "record.edit")
        version = open_draft(record)
        revision = self.revision(version.etag, needed=True)
        wanted = content(version)
        bodies.check(record.kind, wanted["body"], wanted["handling"])
        saved = actions.save_draft(
            record=record,
            by=self.identity,
            body=wanted["body"],
            handling=wanted["handling"],
            # With “*” too: what was merged was read a moment ago, and must not have changed since.
            if_revision=revision or version.etag,
        )
        return self.whole(saved)

    def whole(self, version: Version) -> Response:
        content = representation.whole_version(version)
        return Response(content, headers={"ETag": version.etag})


def open_draft(record: Record) -> Version:
    if record.pending is None:
        raise Http404
    return record.pending


class AudiencePreview(OfRecord):
    @operation(
        "record.edit",
        "Who will see it",
        answers={
            200: (
                "Per Party of the audience.",
                component(
                    "AudiencePreview",
                    lambda: obj(
                        {
                            "items": listed(
                                obj(
                                    {
                                        "party": shapes.PARTY,
                                        "officers": {
                                            "type": ["integer", "null"],
                                            "description": "How many officers will see it; null"
                                            " for a Party whose own node decides that.",
                                        },
                                        "contacts": listed(
                                            text("An officer's name."),
                                            "Those whom you may know: of your own Party, and the"
                                            " published contacts of others.",
                                        ),
                                    }
                                ),
                                "The Parties of the audience.",
                            )
                        },
                        description="Who will see the record when it is released as it is.",
                    ),
                ),
            )
        },
    )
    def get(self, request: Request, id: UUID) -> Response:
        """Exactly who will see it once it is released, computed by the code that enforces it."""
        record = self.record(id, "record.edit")
        version = record.pending or queries.shown_version(self.identity, record)
        seen = queries.who_will_see(self.identity, version.handling)
        items = [
            {
                "party": row["party"].code,
                "officers": row["officers"],
                "contacts": [person.get_full_name() for person in row["named"]],
            }
            for row in seen
        ]
        return Response({"items": items})


class Duplicates(OfRecord):
    @operation(
        "record.read",
        "Possible duplicates",
        answers={
            200: (
                "The closest first, at most ten.",
                component(
                    "Duplicates",
                    lambda: obj(
                        {
                            "items": listed(
                                obj(
                                    {
                                        "record": shapes.BRIEF,
                                        "shared": listed(
                                            text("A value, as a container's number."),
                                            "What both have in common.",
                                        ),
                                    }
                                ),
                                "Records that are alike.",
                            )
                        },
                        description="Records about probably the same thing.",
                    ),
                ),
            )
        },
    )
    def get(self, request: Request, id: UUID) -> Response:
        """Records of the same kind, among those that the caller may see, that share an identifying
        value, or commodity and route."""
        record = self.record(id)
        require(self.identity, "record.list")
        own = record.pending if representation.is_ours(self.identity, record) else None
        version = own or queries.shown_version(self.identity, record)
        found = queries.possible_duplicates(self.identity, record.kind, version.body, record.pk)
        note_listing(self.identity, [row["record"] for row in found], "duplicates")
        disputes.mark(row["record"] for row in found)
        items = [
            {
                "record": representation.brief(self.identity, row["record"]),
                "shared": [term.shown for term in row["shared"]],
            }
            for row in found
        ]
        return Response({"items": items})
