"""The steps of a record's life, each a POST: the same actions as on the pages."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.api.conformance import Problem
from cordillera.api.endpoint import operation
from cordillera.api.errors import Fault
from cordillera.api.schema import component, obj, text

from .. import actions, queries
from . import representation, shapes
from .base import REMARK, OfRecord, remark
from .one import open_draft

DONE = {200: ("The record after it.", shapes.RECORD)}
DRAFT_MATCH = "Optional: the ETag of the draft that is meant; 412 when it changed since."
PENDING_MATCH = "The ETag of the version that you read; you approve exactly that."


def _words(name: str, description: str, needed: bool) -> dict[str, Any]:
    shape = text(description, maxLength=REMARK, **({"minLength": 1} if needed else {}))
    return {"application/json": obj({name: shape}, optional=() if needed else (name,))}


REASON = _words("reason", "Why, for whoever decides.", needed=False)
WHY = _words("reason", "Why, for whoever decides.", needed=True)
NOTE = _words("remark", "A remark, kept with the decision.", needed=False)
WANTED = _words("remark", "What is wanted before it can be approved.", needed=True)


class Submit(OfRecord):
    @operation(
        "record.submit",
        "Submit for approval",
        body=REASON,
        answers=DONE,
        if_match=DRAFT_MATCH,
        etag=True,
        keyed=True,
        problems=(409,),
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Propose the release of the draft or amendment. It must be complete, and does not change
        while it is in review."""
        record = self.record(id, "record.submit")
        revision = None
        if "If-Match" in request.headers:
            revision = self.revision(open_draft(record).etag, needed=False)
        reason = remark(self.content, "reason")
        actions.submit(record=record, by=self.identity, reason=reason, if_revision=revision)
        return self.answer(record)


class Withdraw(OfRecord):
    @operation(
        "record.withdraw",
        "Withdraw a proposal",
        answers=DONE,
        etag=True,
        keyed=True,
        problems=(409,),
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Take the own Party's proposal back before it is decided."""
        record = self.record(id, "record.withdraw")
        actions.withdraw(record=record, by=self.identity)
        return self.answer(record)


class Approve(OfRecord):
    @operation(
        "record.approve",
        "Approve, and so release or recall",
        body=NOTE,
        answers=DONE,
        if_match=PENDING_MATCH,
        etag=True,
        keyed=True,
        problems=(409,),
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Decide the open proposal. Approving a release releases at once: the version is numbered,
        signed and sent to its audience; approving a recall recalls. It takes a supervisor's own
        token with the scope `release`, which stands for the proof that the pages ask for again; a
        system account never approves, and nobody approves what he wrote or proposed."""
        record = self.record(id, "record.approve")
        decision = queries.open_decision(record)
        present = decision.version.etag if decision else ""
        revision = self.revision(present, needed=True)
        note = remark(self.content, "remark")
        actions.approve(record=record, by=self.identity, remark=note, if_revision=revision)
        return self.answer(record)


class Return(OfRecord):
    @operation(
        "record.return",
        "Return a proposal",
        body=WANTED,
        answers=DONE,
        etag=True,
        keyed=True,
        problems=(409,),
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Send the proposal back to its authors and say what is wanted."""
        record = self.record(id, "record.return")
        actions.send_back(record=record, by=self.identity, remark=remark(self.content, "remark"))
        return self.answer(record)


class Amend(OfRecord):
    @operation(
        "record.amend",
        "Open an amendment",
        answers={201: ("The amendment: a copy of the version in force.", shapes.VERSION)},
        etag=True,
        keyed=True,
        problems=(409,),
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Begin a new version. The last one stays in force until the new one is approved. Save it
        at /records/{id}/draft with the ETag given here."""
        record = self.record(id, "record.amend")
        version = actions.amend(record=record, by=self.identity)
        content = representation.whole_version(version)
        headers = {"ETag": version.etag, "Location": f"/api/v1/records/{record.pk}/draft"}
        return Response(content, status=201, headers=headers)


class Discard(OfRecord):
    @operation(
        "record.discard",
        "Discard an amendment",
        answers=DONE,
        etag=True,
        keyed=True,
        problems=(409,),
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Give the open amendment up; the version in force stays as it is."""
        record = self.record(id, "record.discard")
        actions.discard_amendment(record=record, by=self.identity)
        return self.answer(record)


class Recall(OfRecord):
    @operation(
        "record.recall",
        "Propose a recall",
        body=WHY,
        answers=DONE,
        etag=True,
        keyed=True,
        problems=(409,),
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Propose to recall the record. A second officer approves it; then it disappears for its
        recipients, who learn that it was recalled. It takes a person's own token."""
        record = self.record(id, "record.recall")
        actions.propose_recall(
            record=record, by=self.identity, reason=remark(self.content, "reason")
        )
        return self.answer(record)


class Renew(OfRecord):
    @operation(
        "record.submit",
        "Propose later dates",
        body={
            "application/json": obj(
                {
                    "review_on": text("The next review.", format="date"),
                    "expires_on": text("The new expiry.", format="date"),
                }
            )
        },
        answers=DONE,
        etag=True,
        keyed=True,
        problems=(409,),
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Propose the same content for longer: an amendment of the two dates alone, submitted."""
        record = self.record(id, "record.submit")
        actions.renew(
            record=record,
            by=self.identity,
            review_on=_day(self.content, "review_on"),
            expires_on=_day(self.content, "expires_on"),
        )
        return self.answer(record)


class Delete(OfRecord):
    @operation(
        "record.edit",
        "Delete a draft",
        answers={
            200: (
                "It is gone.",
                component(
                    "Deleted",
                    lambda: obj({"id": shapes.ID}, description="The draft that was deleted."),
                ),
            )
        },
        keyed=True,
        problems=(409,),
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Give up a draft that never left. Its text is gone for good; the log says that it was."""
        record = self.record(id, "record.edit")
        actions.delete_draft(record=record, by=self.identity)
        return Response({"id": str(record.pk)})


def _day(content: dict[str, Any], name: str) -> date:
    try:
        found = date.fromisoformat(content[name])
        if content[name] == found.isoformat() and 1900 <= found.year <= 2100:
            return found
    except ValueError:
        pass
    message = _("A date like 2026-11-30, between 1900 and 2100, was expected.")
    wrong: Problem = {"path": name, "code": "not_a_date", "message": message}
    raise Fault("invalid", problems=[wrong])
