"""What the originator sees of his record's way to another node, and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties import agreements
from sharing.exchange.models import Channel, Item
from sharing.records.models import Readership, Record
from sharing.records.reading import deliveries
from tests.conftest import PASSWORD, Cast

THEN = datetime(2026, 11, 13, 9, 0, tzinfo=UTC)
US = Identity.of_node("US")


@pytest.fixture
def sent(alert: Record, settings: Any) -> Item:
    """The alert, whose recipient has a node of his own, under its first number."""
    settings.HOSTED_PARTIES = ["US"]
    with acting_as(US):
        channel = Channel.objects.create(party="US", sender="US", recipient="MX")
        alert_item = Item.objects.create(
            channel=channel,
            party="US",
            epoch=1,
            seq=1,
            type=Item.VERSION,
            record_id=alert.pk,
            number=1,
            created_at=THEN,
        )
        from sharing.records.models import OutboxRow

        OutboxRow.objects.update(seq=1)
    return alert_item


def reached(cast: Cast, record: Record) -> list[str]:
    me = cast.identity("originator")
    with acting_as(me):
        return [str(one.shown[0]) for one in deliveries.deliveries(me, record)]


def change(item: Item, **values: Any) -> None:
    with acting_as(US):
        Item.objects.filter(pk=item.pk).update(**values)


def test_a_delivery_is_queued_under_way_there_and_read(
    cast: Cast, alert: Record, sent: Item
) -> None:
    assert reached(cast, alert) == ["queued"]
    change(sent, sent_at=THEN)
    assert reached(cast, alert) == ["under way"]
    change(sent, outcome="applied", settled_at=THEN)
    assert reached(cast, alert) == ["delivered"]
    with acting_as(US):
        Readership.objects.create(
            record=alert, party="MX", number=1, times=3, officers=2, first_at=THEN, last_at=THEN
        )
    assert reached(cast, alert) == ["read"]


def test_a_refusal_says_why(cast: Cast, alert: Record, sent: Item, client: Any) -> None:
    change(sent, sent_at=THEN, outcome="refused", reason="over-ceiling", settled_at=THEN)
    assert reached(cast, alert) == ["refused"]
    client.login(username="us.officer", password=PASSWORD)
    page = client.get(reverse("record", args=[alert.pk])).content.decode()
    assert "it is above what the two Parties agreed to share" in page


def test_a_recall_is_pending_until_the_recipient_says_what_was_purged(
    cast: Cast, alert: Record, sent: Item, client: Any
) -> None:
    change(sent, sent_at=THEN, outcome="applied", settled_at=THEN)
    with acting_as(US):
        recall = Item.objects.create(
            channel=sent.channel,
            party="US",
            epoch=1,
            seq=2,
            type=Item.WITHDRAWAL,
            record_id=alert.pk,
            number=1,
            created_at=clock.now(),
            outcome="applied",
        )
    assert reached(cast, alert) == ["not yet purged", "delivered"]
    change(recall, purged_at=clock.now(), purged={"versions": 1, "terms": 14})
    assert reached(cast, alert) == ["purged", "delivered"]
    client.login(username="us.officer", password=PASSWORD)
    page = client.get(reverse("record-history", args=[alert.pk])).content.decode()
    assert "1 version, 14 terms" in page


@pytest.mark.parametrize("part", ["recipient", "outsider", "auditor", "admin"])
def test_nobody_else_sees_it(cast: Cast, alert: Record, sent: Item, part: str) -> None:
    somebody = cast.identity(part)
    with acting_as(somebody):
        found = deliveries.deliveries(somebody, alert)
        assert found == [] or somebody.party == "US"
        if somebody.party != "US":
            assert not Item.objects.exists()
            assert not Readership.objects.exists()


def test_a_withdrawal_is_not_opened_and_a_version_only_after_it_was_decided(
    cast: Cast, alert: Record, sent: Item
) -> None:
    late = clock.now() + timedelta(minutes=1)
    change(sent, type=Item.WITHDRAWAL, outcome="applied", settled_at=late, purged_at=late)
    opened = {"number": 1, "times": 1, "officers": 1, "first_at": late, "last_at": late}
    with acting_as(US):
        Readership.objects.create(record=alert, party="MX", **opened)
    with acting_as(cast.identity("originator")):
        row = deliveries.latest(deliveries.deliveries(cast.identity("originator"), alert))[-1]
    assert (row.read_at, row.reached_at) == (None, late)


def test_what_waits_because_sharing_is_suspended_says_so(
    cast: Cast, alert: Record, sent: Item, client: Any
) -> None:
    agreements.suspend("US", "MX", reason="A breach.")
    client.login(username="us.officer", password=PASSWORD)
    for page in ("record", "record-history"):
        answer = client.get(reverse(page, args=[alert.pk])).content.decode()
        assert "Sharing with this Party is suspended" in answer
