"""The list of records, and the beginning of a new one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.access.identity import Identity
from cordillera.api import pagination
from cordillera.api.endpoint import Endpoint, operation
from cordillera.api.pagination import CURSOR, LIMIT, Stretch
from cordillera.api.parameters import Parameter, choice, text

from .. import actions, codes, disputes, kinds, lifecycle, queries, references
from ..models import Record
from . import bodies, representation, shapes
from .base import OfRecord, note_listing

FILTERS = (
    choice("kind", lambda: [kind.code for kind in kinds.all()], "Only this kind."),
    choice("state", lambda: [state for state, _label in lifecycle.STATES], "Only this state."),
    text("originator", 2, "Only records of this Party.", example="US"),
    choice("typology", lambda: list(codes.get("typology")), "Only with this typology."),
    choice("priority", lambda: list(codes.get("priority")), "Only with this priority."),
    Parameter(
        "about",
        "Only answers to this record.",
        lambda: {"type": "string", "format": "uuid"},
        UUID,
    ),
)
EXAMPLE = {
    "alert": {
        "summary": "An offence alert, complete enough to be submitted",
        "value": {
            "kind": "offence_alert",
            "body": {
                "title": {"en": "Galvanised coil declared as Mexican"},
                "original_language": "en",
                "summary": "Stencils on the coils match mill certificates from elsewhere.",
                "typology": ["origin_fraud"],
                "legal_basis": ["USMCA-7.25.7"],
                "priority": "high",
                "observed": "2026-11-12T15:40:00Z",
                "location": {"place": "USLRD"},
                "goods": [{"hs": "721049", "description_declared": "Steel coil"}],
                "requested_action": {"code": "specific_check", "text": "Match the containers."},
            },
            "handling": {
                "audience": ["MX"],
                "tlp": "AMBER",
                "codes": ["H1"],
                "purpose": "customs_enforcement",
                "onward_disclosure": "originator_consent",
                "evaluation": {"source": "A", "information": "2"},
                "review_on": "2027-05-13",
                "expires_on": "2027-11-13",
            },
        },
    }
}


class Shelf(OfRecord):
    places = ()

    @operation(
        "record.list",
        "List records",
        parameters=(*FILTERS, LIMIT, CURSOR),
        answers={200: ("A page of records.", shapes.RECORDS)},
    )
    def get(self, request: Request) -> Response:
        """Every record that the caller may see: released ones newest first, then the own Party's
        that were never released."""
        asked = dict(self.query)
        cursor, limit = asked.pop("cursor"), asked.pop("limit")
        rows = filtered(self.identity, queries.visible(self.identity), asked)
        stretches = [
            Stretch(rows.filter(released_at__isnull=False), "released_at"),
            Stretch(rows.filter(released_at=None), "created_at"),
        ]
        page = pagination.page(stretches, cursor, limit)
        note_listing(self.identity, page.rows, "list")
        disputes.mark(page.rows)
        items = [representation.brief(self.identity, record) for record in page.rows]
        return Response({"items": items, "next": page.next})

    @operation(
        "record.draft",
        "Begin a draft",
        body={"application/json": bodies.NEW},
        answers={201: ("The draft.", shapes.RECORD)},
        etag=True,
        keyed=True,
        examples=EXAMPLE,
    )
    def post(self, request: Request) -> Response:
        """Begin a record in the own Party's name; only that Party sees it until its release. A
        draft may lack fields, but what is there must be right."""
        record = begin(self.identity, self.content)
        response = self.answer(record, 201)
        response["Location"] = f"/api/v1/records/{record.pk}"
        return response


def begin(identity: Identity, content: dict[str, Any]) -> Record:
    """One new draft, from one object of the published shape."""
    kind = bodies.kind_of(content["kind"], kinds.shared())
    body, handling = content.get("body", {}), content.get("handling", {})
    bodies.check(kind.code, body, handling)
    return actions.draft(kind=kind.code, by=identity, body=body, handling=handling)


def filtered(identity: Identity, rows: QuerySet[Record], asked: dict[str, Any]) -> QuerySet[Record]:
    """`rows` narrowed by the filters; a filter says no more about a state than the record does."""
    wanted = {name: value for name, value in asked.items() if value is not None}
    state = wanted.pop("state", None)
    if "typology" in wanted:
        rows = rows.filter(typology__contains=[wanted.pop("typology")])
    if "originator" in wanted:
        rows = rows.filter(originator_id=wanted.pop("originator"))
    if "about" in wanted:
        rows = rows.filter(about_id=wanted.pop("about"))
    if state == lifecycle.AMENDED:
        rows = rows.filter(originator_id=identity.party)
    if state == lifecycle.RELEASED:
        foreign = Q(state=lifecycle.AMENDED) & ~Q(originator_id=identity.party)
        rows = rows.filter(Q(state=state) | foreign)
    elif state:
        rows = rows.filter(state=state)
    return rows.filter(**wanted)


class References(Endpoint):
    """Look records up by their references."""

    @operation(
        "record.list",
        "Find records by reference",
        parameters=(
            text(
                "reference",
                40,
                "A reference; repeat it for several.",
                many=True,
                required=True,
                most=100,
                example=["US-OA-2026-00412"],
            ),
        ),
        answers={200: ("Those of them that the caller may see.", shapes.RECORDS)},
    )
    def get(self, request: Request) -> Response:
        """The records among these references; one that the caller may not see is left out, just as
        one that does not exist."""
        wanted = {given.strip().upper() for given in self.query["reference"]}
        wanted = {given for given in wanted if references.PATTERN.fullmatch(given)}
        found = queries.by_reference(self.identity, wanted) if wanted else {}
        rows = [found[reference] for reference in sorted(found)]
        note_listing(self.identity, rows, "references")
        disputes.mark(rows)
        items = [representation.brief(self.identity, record) for record in rows]
        return Response({"items": items, "next": None})
