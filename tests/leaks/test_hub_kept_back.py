"""On a hub an answer to a record that a Party was not brought is seen to wait, and ends with its record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cordillera import clock
from cordillera.access.identity import ADMINISTRATOR, Identity
from cordillera.access.session import acting_as
from cordillera.parties import agreements, keysets, peers
from cordillera.parties.models import Officer
from sharing.desk import health
from sharing.desk.arrival import arrive
from sharing.exchange import board, replaying, unheard
from sharing.exchange.models import Channel, Item
from sharing.records import hearing
from sharing.records.models import OutboxRow, Record
from sharing.records.reading import deliveries
from tests.conftest import alert_handling
from tests.leaks.hub import Hub
from tests.leaks.test_hub import (  # noqa: F401
    foreign,
    hosted,
    hub,
    nothing_counted,
    officers,
    parties,
    us,
)
from tests.leaks.test_hub_answers import comment  # noqa: F401
from tests.sharing.exchange.foreign import Foreign
from tests.sharing.exchange.incoming.conftest import alert, outcomes, send

CA = Identity.of_node("CA")


@pytest.fixture
def stranger(hub: Hub) -> Foreign:  # noqa: F811
    """A fourth Party's node, enrolled as any other, to which nobody released anything."""
    made = Foreign("GT")
    peers.enrol(made.key_set, confirmed_with="the tests")
    for own in ("MX", "CA"):
        held = keysets.current(own)
        assert held is not None
        made.learn(held.jws)
    return made


def waiting() -> tuple[int, int]:
    """How many items CA's channel from the US is said to keep back, and how many answers among them."""
    with acting_as(CA):
        [row] = [row for row in board.rows("CA") if row.channel.sender == "US"]
        return row.waiting, row.answers


def delivery(comment: Record, officers: dict[str, Officer]) -> str:  # noqa: F811
    """How far it came to CA, as MX is shown it."""
    mx = Identity.of(officers["MX"])
    with acting_as(mx):
        found = deliveries.deliveries(mx, Record.objects.get(pk=comment.pk))
        return next(one.state for one in found if one.recipient == "CA")


def leaving(officers: dict[str, Officer]) -> int:  # noqa: F811
    """How many rows MX still waits for: one goes to the US."""
    mx = Identity.of(officers["MX"])
    with acting_as(mx):
        return health.feed(mx).leaving


def test_it_is_counted_with_what_the_channel_keeps_back(
    hub: Hub,  # noqa: F811
    comment: Record,  # noqa: F811
    officers: dict[str, Officer],  # noqa: F811
) -> None:
    assert (waiting(), leaving(officers), unheard.end("CA")) == ((1, 1), 2, 0)
    officers["CA"].roles = [ADMINISTRATOR]
    officers["CA"].save()
    client = Client()
    client.force_login(officers["CA"])
    with acting_as(CA):
        pk = Channel.objects.get(sender="US", recipient="CA").pk
    page = client.get(reverse("channel", args=[pk])).content.decode()
    assert "1 answer by another Party on this node is kept back" in page


@pytest.mark.parametrize("how", ["refused", "recalled", "old"])
def test_it_ends_with_its_record(
    hub: Hub,  # noqa: F811
    comment: Record,  # noqa: F811
    officers: dict[str, Officer],  # noqa: F811
    how: str,
) -> None:
    if how == "refused":
        hub.deliver("CA", refused=True)
    elif how == "recalled":
        hub.queues["CA"].clear()
        hub.recall(hub.records[-1])
        hub.deliver("CA")
    later = clock.now() + timedelta(days=31 if how == "old" else 0)
    with clock.at(later):
        assert unheard.end("CA") == 1
    assert (waiting()[1], leaving(officers), delivery(comment, officers)) == (0, 1, "refused")


def test_it_arrives_where_the_record_comes_after_all(
    hub: Hub,  # noqa: F811
    comment: Record,  # noqa: F811
    officers: dict[str, Officer],  # noqa: F811
) -> None:
    hub.deliver("CA", refused=True)
    unheard.end("CA")
    agreements.change("CA", "US", highest_tlp="RED", kinds=None, personal_data=True)
    with acting_as(CA):
        item = Item.objects.select_related("channel").get(outcome=Item.REFUSED)
    assert replaying.replay(item, CA).outcome == Item.APPLIED
    arrive("CA")
    with acting_as(CA):
        row = OutboxRow.objects.get(record_id=comment.pk, recipient="CA")
    assert (row.ended_at, delivery(comment, officers)) == (None, "applied")


@pytest.fixture
def kept_until_now(
    hub: Hub,  # noqa: F811
    comment: Record,  # noqa: F811
) -> list[OutboxRow]:
    """What was kept back a moment ago: now CA has the record."""
    with acting_as(CA):
        rows = list(hearing.kept_back(CA))
    hub.deliver("CA")
    return rows


def test_it_arrives_where_it_ended_in_the_very_moment_in_which_the_record_came(
    comment: Record,  # noqa: F811
    officers: dict[str, Officer],  # noqa: F811
    kept_until_now: list[OutboxRow],
) -> None:
    """The record's arrival does not see the end, which is written a moment later."""
    with acting_as(CA):
        OutboxRow.objects.filter(record_id=comment.pk).update(arrived_at=None)
        hearing.end(kept_until_now)
    assert delivery(comment, officers) == "refused"
    assert unheard.end("CA") == 0
    arrive("CA")
    assert delivery(comment, officers) == "applied"


def test_what_arrived_is_not_ended(kept_until_now: list[OutboxRow]) -> None:
    with acting_as(CA):
        hearing.end(kept_until_now)
        assert not OutboxRow.objects.filter(recipient="CA").exclude(ended_at=None).exists()


def test_a_stranger_ends_no_answer(
    hub: Hub,  # noqa: F811
    comment: Record,  # noqa: F811
    officers: dict[str, Officer],  # noqa: F811
    stranger: Foreign,
) -> None:
    """He sends what is refused, and says that it is of the record which the answer is to."""
    told = hub.records[-1]
    text = alert(
        stranger,
        handling=alert_handling("US", "CA", "MX"),
        record=told.pk,
        originator="US",
        reference=told.reference,
    )
    assert outcomes(send(stranger, [text], to="CA")) == ["not-originator"]
    assert unheard.end("CA") == 0
    assert delivery(comment, officers) == "queued"
