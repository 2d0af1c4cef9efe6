"""Disputes of records: those of one record with how they ended, those to decide, the decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.api.conformance import or_null
from cordillera.api.endpoint import Endpoint, operation
from cordillera.api.schema import component, listed, obj, ref, text

from .. import actions, codes, disputes
from ..disputes import Dispute
from . import bodies, contents, representation, shapes
from .base import OfRecord, note_listing

DISPUTE = component(
    "Dispute",
    lambda: obj(
        {
            "id": {**shapes.ID, "description": "The dispute's own record; see /records/{id}."},
            "reference": text("Its reference."),
            "record": {**shapes.ID, "description": "The disputed record."},
            "party": text("The Party that disputes it."),
            "disputed_at": text("When it was sent.", format="date-time"),
            "due_on": text("The day by which the originator should decide.", format="date"),
            "outcome": or_null(
                text(
                    "How it ended; null while it is open.",
                    enum=[*codes.get("ruling_outcome"), disputes.WITHDRAWN],
                )
            ),
            "closed_by": or_null(
                {**shapes.ID, "description": "The record of the decision or withdrawal."}
            ),
        },
        description="A dispute of a record. What it says is the body of its own record.",
    ),
)
DISPUTES = component(
    "Disputes",
    lambda: obj({"items": listed(DISPUTE, "Oldest first.")}, description="Disputes."),
)
RULING = obj({"body": ref(f"{contents.camel(disputes.RULING)}Body")})


def shown(one: Dispute) -> dict[str, Any]:
    return {
        "id": str(one.record.pk),
        "reference": one.record.reference,
        "record": str(one.record.about_id),
        "party": one.record.originator_id,
        "disputed_at": representation.moment(one.record.released_at),
        "due_on": representation.day(one.due_on),
        "outcome": one.outcome or None,
        "closed_by": str(one.closed_by.pk) if one.closed_by else None,
    }


class Disputes(OfRecord):
    @operation(
        "record.list",
        "List a record's disputes",
        answers={200: ("Open and ended ones.", DISPUTES)},
    )
    def get(self, request: Request, id: UUID) -> Response:
        """The disputes of the record that the caller may see, and how each ended."""
        found = disputes.of([self.record(id)]).get(id, [])
        note_listing(self.identity, [one.record for one in found], "disputes")
        return Response({"items": [shown(one) for one in found]})


class ToDecide(Endpoint):
    @operation(
        "record.list",
        "List the disputes to decide",
        answers={200: ("At most 200.", DISPUTES)},
    )
    def get(self, request: Request) -> Response:
        """The open disputes of the own Party's records, the oldest first."""
        found = list(disputes.to_decide(self.identity)[:200])
        note_listing(self.identity, found, "disputes")
        return Response({"items": [shown(Dispute(one, None)) for one in found]})


class Ruling(OfRecord):
    @operation(
        "dispute.decide",
        "Propose the decision on a dispute",
        body={"application/json": RULING},
        answers={201: ("The proposed decision.", shapes.RECORD)},
        etag=True,
        keyed=True,
        problems=(409,),
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Decide the dispute with this id, of an own record. A second officer approves it at
        /records/{id}/approve with the id given here; then it goes to every Party that has the
        dispute. The field `dispute` is filled in."""
        dispute = self.record(id)
        if dispute.kind != disputes.DISPUTE:
            raise Http404
        bodies.check(disputes.RULING, self.content["body"])
        decision = actions.rule(dispute=dispute, by=self.identity, body=self.content["body"])
        response = self.answer(decision.record, 201)
        response["Location"] = f"/api/v1/records/{decision.record_id}"
        return response
