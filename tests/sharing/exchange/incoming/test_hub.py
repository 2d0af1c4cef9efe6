"""A node that hosts MX and CA, and exchanges with a US node."""

from __future__ import annotations

import pytest

from cordillera.access.session import acting_as
from cordillera.parties import agreements
from sharing.desk.arrival import arrive
from sharing.desk.models import InboxItem
from sharing.exchange import receiving
from sharing.exchange.formats.statement import Withdrawal
from sharing.exchange.models import Channel, Report
from sharing.records import queries
from sharing.records.models import Record, Version
from tests.conftest import Cast

from ..foreign import Foreign
from .conftest import alert, as_node, outcomes, record_of, send


@pytest.fixture
def hosted() -> list[str]:
    return ["MX", "CA"]


def seen(cast: Cast, part: str) -> int:
    identity = cast.identity(part)
    with acting_as(identity):
        return int(queries.visible(identity).count())


def withdrawal(us: Foreign, text: str) -> str:
    content = Withdrawal(record_of(text), "US-OA-2026-00001", "offence_alert", None, 1, "narrowed")
    return us.state(content)


def test_each_recipient_gets_it_through_his_own_channel(us: Foreign, cast: Cast) -> None:
    text = alert(us, "MX", "CA")
    assert outcomes(send(us, [text], to="MX")) == ["applied"]
    assert outcomes(send(us, [text], to="CA")) == ["applied"]
    for party in ("MX", "CA"):
        arrive(party)
        with as_node(party):
            assert Channel.objects.get().recipient == party
            assert InboxItem.objects.filter(party_id=party).count() == 1
            assert Version.objects.count() == 1
    assert (seen(cast, "recipient"), seen(cast, "outsider")) == (1, 1)


def test_what_is_for_one_of_them_is_not_the_others(us: Foreign, cast: Cast) -> None:
    send(us, [alert(us, "MX")], to="MX")
    assert (seen(cast, "recipient"), seen(cast, "outsider")) == (1, 0)
    assert outcomes(send(us, [alert(us, "MX")], to="CA")) == ["not-in-audience"]
    with as_node("CA"):
        assert not Record.objects.exists()


def test_a_recipient_whose_channel_is_behind_sees_nothing_before_it(
    us: Foreign, cast: Cast
) -> None:
    text = alert(us, "MX", "CA")
    send(us, [text], to="MX")
    with as_node("CA"):
        assert not InboxItem.objects.exists()
    assert (seen(cast, "recipient"), seen(cast, "outsider")) == (1, 0)
    send(us, [text], to="CA")
    assert (seen(cast, "recipient"), seen(cast, "outsider")) == (1, 1)
    arrive("CA")
    with as_node("CA"):
        assert InboxItem.objects.count() == 1


def test_it_is_taken_from_one_and_stays_with_the_other(us: Foreign, cast: Cast) -> None:
    text = alert(us, "MX", "CA")
    for party in ("MX", "CA"):
        send(us, [text], to=party)
    send(us, [withdrawal(us, text)], to="CA")
    assert (seen(cast, "recipient"), seen(cast, "outsider")) == (1, 0)
    with as_node("CA"):
        assert Report.objects.get(party="CA").detail["purged"]["versions"] == 0
    send(us, [withdrawal(us, text)], to="MX")
    assert (seen(cast, "recipient"), seen(cast, "outsider")) == (0, 0)
    with as_node("MX"):
        assert Report.objects.get(party="MX").detail["purged"]["versions"] == 1


def test_an_amendment_that_leaves_one_out(us: Foreign, cast: Cast) -> None:
    first = alert(us, "MX", "CA", reference="US-OA-2026-00042")
    for party in ("MX", "CA"):
        send(us, [first], to=party)
    second = alert(us, "MX", record=record_of(first), number=2, reference="US-OA-2026-00042")
    assert outcomes(send(us, [second], to="MX")) == ["applied"]
    assert outcomes(send(us, [withdrawal(us, first)], to="CA")) == ["applied"]
    assert (seen(cast, "recipient"), seen(cast, "outsider")) == (1, 0)


def test_an_envelope_for_one_is_not_opened_with_the_others_key(us: Foreign) -> None:
    key = us.known["CA"].active("sealing")[0]
    data = us.envelope("MX", [alert(us, "MX")], key=key)
    assert receiving.receive(data).status == 403


def test_what_one_of_them_does_not_accept_does_not_reach_it_through_the_other(
    us: Foreign, cast: Cast
) -> None:
    agreements.change("CA", "US", highest_tlp="GREEN", kinds=None, personal_data=True)
    text = alert(us, "MX", "CA")
    assert outcomes(send(us, [text], to="CA")) == ["over-ceiling"]
    assert outcomes(send(us, [text], to="MX")) == ["applied"]
    assert (seen(cast, "recipient"), seen(cast, "outsider")) == (1, 0)


def test_an_amendment_keeps_it_with_who_has_it(us: Foreign, cast: Cast) -> None:
    first = alert(us, "MX", "CA", reference="US-OA-2026-00043")
    for party in ("MX", "CA"):
        send(us, [first], to=party)
    second = alert(us, "MX", "CA", record=record_of(first), number=2, reference="US-OA-2026-00043")
    send(us, [second], to="MX")
    assert (seen(cast, "recipient"), seen(cast, "outsider")) == (1, 1)
    send(us, [withdrawal(us, second)], to="CA")
    assert (seen(cast, "recipient"), seen(cast, "outsider")) == (1, 0)
