"""What the tests of sending look at."""

from __future__ import annotations

from typing import Any

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.exchange import channels
from sharing.exchange.models import Channel, Item
from sharing.records import actions
from sharing.records.models import Record
from tests.conftest import Cast, alert_body, alert_handling, released

US = Identity.of_node("US")


def an_alert(cast: Cast, *audience: str, **handling: Any) -> Record:
    """Released by US to these Parties."""
    with acting_as(cast.identity("originator")):
        draft = actions.draft(
            kind="offence_alert",
            by=cast.identity("originator"),
            body=alert_body(),
            handling=alert_handling(*(audience or ("MX",)), **handling),
        )
    return released(cast, draft)


def recall(cast: Cast, record: Record) -> Record:
    with acting_as(cast.identity("originator")):
        record.refresh_from_db()
        actions.propose_recall(record=record, by=cast.identity("originator"), reason="wrong")
    with acting_as(cast.identity("colleague")):
        record.refresh_from_db()
        return actions.approve(record=record, by=cast.identity("colleague"))


def amended(cast: Cast, record: Record, *audience: str, **body: Any) -> Record:
    """The next version, for these Parties."""
    by = cast.identity("originator")
    with acting_as(by):
        record.refresh_from_db()
        version = actions.amend(record=record, by=by)
        record.refresh_from_db()
        actions.save_draft(
            record=record,
            by=by,
            body={**version.body, **body},
            handling={**version.handling, "audience": list(audience)},
            if_revision=version.etag,
        )
        record.refresh_from_db()
    return released(cast, record)


def channel(recipient: str = "MX") -> Channel:
    with acting_as(US):
        return Channel.objects.get(pk=channels.outbound("US", recipient).pk)


def items(recipient: str = "MX") -> list[Item]:
    found = channel(recipient)
    with acting_as(US):
        return list(Item.objects.filter(channel=found).order_by("epoch", "seq"))
