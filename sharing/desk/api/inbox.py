"""The Party's inbox over the API: the same items and the same outcomes as on the page."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.api import pagination
from cordillera.api.endpoint import Endpoint, operation
from cordillera.api.pagination import CURSOR, LIMIT, Stretch
from cordillera.api.parameters import Parameter, choice, flag, text
from cordillera.parties.models import Officer, Unit
from sharing.records import codes, kinds
from sharing.records.api import representation
from sharing.records.api.base import note_listing, remark
from sharing.records.api.representation import moment
from sharing.records.problems import Invalid
from sharing.records.schema.problems import Problem

from .. import actions, queries
from ..filters import PRESSING, SHOWN, Asked
from ..models import InboxItem, open_record
from ..referees import colleagues, units
from . import shapes

ITEM_ID = Parameter("id", "The item's id.", lambda: {"type": "string", "format": "uuid"})
FILTERS = (
    choice("show", lambda: SHOWN, "Which list; without it, what waits.", default="open"),
    choice("kind", lambda: [kind.code for kind in kinds.shared()], "Only this kind."),
    text("originator", 2, "Only records of this Party.", example="US"),
    choice(
        "priority",
        lambda: [*codes.get("priority"), PRESSING],
        f"Only this priority; `{PRESSING}` is urgent or high.",
    ),
    choice("typology", lambda: list(codes.get("typology")), "Only with this typology."),
    text("port", 5, "Only what names this place (UN/LOCODE).", example="USLRD"),
    flag("unacknowledged", "Only what your Party has not acknowledged."),
)


class Inbox(Endpoint):
    tag = "inbox"

    @operation(
        "inbox.read",
        "List inbox items",
        parameters=(*FILTERS, LIMIT, CURSOR),
        answers={200: ("A page of items.", shapes.ITEMS)},
    )
    def get(self, request: Request) -> Response:
        """What other Parties released to yours, and answers to your own records; the newest news
        first. A list of other Parties' records is written to the log."""
        asked = self.asked()
        unit = _unit_of(self.identity.own) if asked.show == "mine" else None
        rows = asked.rows(self.identity, unit)
        page = pagination.page(
            [Stretch(rows, "news_at")], self.query["cursor"], self.query["limit"]
        )
        records = [record for one in page.rows if (record := open_record(one.record))]
        note_listing(self.identity, records, "inbox")
        items = [represent(self.identity, one) for one in page.rows]
        return Response({"items": items, "next": page.next})

    def asked(self) -> Asked:
        given = {name: value for name, value in self.query.items() if value}
        return Asked(
            show=given["show"],
            kind=given.get("kind", ""),
            party=given.get("originator", ""),
            priority=given.get("priority", ""),
            typology=given.get("typology", ""),
            port=given.get("port", "").upper(),
            unacknowledged=given.get("unacknowledged", False),
        )


class OfItem(Endpoint):
    tag = "inbox"
    places: ClassVar[tuple[Parameter, ...]] = (ITEM_ID,)

    def answer(self, pk: UUID) -> Response:
        return Response(represent(self.identity, queries.item(self.identity, pk)))


class Item(OfItem):
    @operation("inbox.read", "Read an item", answers={200: ("The item.", shapes.ITEM)})
    def get(self, request: Request, id: UUID) -> Response:
        """One item with its outcome. For all that the record says, read the record."""
        found = queries.item(self.identity, id)
        record = open_record(found.record)
        note_listing(self.identity, [record] if record else [], "inbox")
        return self.answer(found.pk)


class Referees(OfItem):
    @operation(
        "inbox.decide",
        "To whom it may be referred",
        answers={200: ("Units and officers.", shapes.REFEREES)},
    )
    def get(self, request: Request, id: UUID) -> Response:
        """The units and officers of your own Party to whom this item may be referred."""
        found = queries.item(self.identity, id)
        return Response(
            {
                "units": [
                    {"id": unit.pk, "name": unit.name, "port": unit.port}
                    for unit in units(self.identity)
                ],
                "officers": [
                    {"id": str(officer.pk), "name": officer.get_full_name()}
                    for officer in colleagues(found)
                ],
            }
        )


class Decide(OfItem):
    @operation(
        "inbox.decide",
        "Decide on an item",
        body={"application/json": shapes.OUTCOME},
        answers={200: ("The item after it.", shapes.ITEM)},
        keyed=True,
        problems=(409,),
    )
    def post(self, request: Request, id: UUID) -> Response:
        """One outcome for the item, in your Party's name: acknowledge, no action, refer or snooze.
        It can be undone; an acknowledgement that was sent stays sent."""
        found = queries.item(self.identity, id)
        outcomes = {
            "acknowledged": self._acknowledge,
            "no_action": self._no_action,
            "referred": self._refer,
            "snoozed": self._snooze,
        }
        chosen = outcomes.get(self.content["outcome"])
        if chosen is None:
            raise Invalid([Problem("outcome", "unknown", _("Choose what happens with it."))])
        chosen(found)
        return self.answer(found.pk)

    def _acknowledge(self, found: InboxItem) -> None:
        result = self.content.get("result", "noted")
        actions.acknowledge(item=found, by=self.identity, result=result)

    def _no_action(self, found: InboxItem) -> None:
        reason = remark(self.content, "reason")
        actions.no_action(item=found, by=self.identity, reason=reason)

    def _refer(self, found: InboxItem) -> None:
        actions.refer(
            item=found,
            by=self.identity,
            unit=_one(Unit, self.identity.party, "unit", self.content.get("unit")),
            assignee=_one(
                Officer, self.identity.party, "assignee", _uuid(self.content.get("assignee"))
            ),
            note=remark(self.content, "note"),
        )

    def _snooze(self, found: InboxItem) -> None:
        actions.snooze(item=found, by=self.identity, until=_until(self.content.get("until")))


class Undo(OfItem):
    @operation(
        "inbox.decide",
        "Undo the last outcome",
        answers={200: ("The item after it.", shapes.ITEM)},
        keyed=True,
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Take your Party's last outcome back; the one before it, if any, holds again."""
        found = queries.item(self.identity, id)
        actions.undo(item=found, by=self.identity)
        return self.answer(found.pk)


def represent(identity: Any, found: InboxItem) -> dict[str, Any]:
    record = open_record(found.record)
    return {
        "id": str(found.pk),
        "news": found.verb,
        "record_id": str(found.record_id) if found.record_id else None,
        "reference": found.reference,
        "kind": found.kind,
        "originator": found.originator,
        "record": representation.brief(identity, record) if record else None,
        "arrived_at": moment(found.arrived_at),
        "news_at": moment(found.news_at),
        "acknowledged_at": moment(found.acknowledged_at),
        "answers": found.answers,
        "open": found.is_open,
        "outcome": _outcome(found) if found.outcome else None,
    }


def _outcome(found: InboxItem) -> dict[str, Any]:
    return {
        "outcome": found.outcome,
        "by": found.outcome_by_name,
        "at": moment(found.outcome_at),
        "note": found.outcome_note,
        "unit": found.unit_id,
        "assignee": str(found.assignee_id) if found.assignee_id else None,
        "snoozed_until": moment(found.snoozed_until),
    }


def _unit_of(account: UUID) -> int | None:
    return Officer.objects.values_list("unit", flat=True).get(pk=account)


def _one(model: Any, party: str, name: str, pk: Any) -> Any:
    """The own Party's unit or officer of this id; None when none was given."""
    if pk is None:
        return None
    known = isinstance(pk, UUID) or 0 < pk < 2**31
    found = model.objects.filter(party=party, pk=pk).first() if known else None
    if found is None:
        words = _("Only to units and officers of your Party.")
        raise Invalid([Problem(name, "unknown", words)])
    return found


def _uuid(given: str | None) -> UUID | None:
    try:
        return UUID(given) if given is not None else None
    except ValueError:
        words = _("An officer's id was expected.")
        raise Invalid([Problem("assignee", "format", words)]) from None


def _until(given: str | None) -> datetime:
    try:
        found = datetime.fromisoformat(given or "")
        if found.tzinfo is not None and 1970 <= found.year <= 2200:
            return found
    except ValueError:
        pass
    words = _("A time like 2026-11-30T08:00:00Z was expected.")
    raise Invalid([Problem("until", "format", words)])
