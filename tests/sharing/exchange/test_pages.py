"""The administrator's pages of channels, the same from the shell, as metrics, and as an alert."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.exchange import alerting, board
from sharing.exchange.models import Channel, Item
from tests.conftest import PASSWORD, Cast

US = Identity.of_node("US")


@pytest.fixture
def channel(cast: Cast, settings: Any) -> Channel:
    """US sends to MX: one settled, three waiting; CA sends to US: one refused."""
    settings.HOSTED_PARTIES = ["US"]
    with acting_as(US):
        held = Channel.objects.create(
            party="US", sender="US", recipient="MX", sequenced=4, settled=1
        )
        for seq in range(1, 5):
            Item.objects.create(
                channel=held,
                party="US",
                epoch=1,
                seq=seq,
                type=Item.VERSION,
                outcome="applied" if seq == 1 else "",
                created_at=clock.now() - timedelta(minutes=seq),
            )
        inbound = Channel.objects.create(party="US", sender="CA", recipient="US", settled=1)
        Item.objects.create(
            channel=inbound,
            party="US",
            epoch=1,
            seq=1,
            type=Item.VERSION,
            outcome="refused",
            reason="over-ceiling",
            reference="CA-OA-2026-00007",
            text="kept",
            created_at=clock.now(),
        )
    return held


def change(channel: Channel, **values: Any) -> None:
    with acting_as(US):
        Channel.objects.filter(pk=channel.pk).update(**values)


def state(channel: Channel) -> str:
    with acting_as(US):
        return next(row.state for row in board.rows("US") if row.channel.pk == channel.pk)


@pytest.fixture
def admin(client: Any, channel: Channel) -> Any:
    client.login(username="us.admin", password=PASSWORD)
    return client


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({}, "busy"),
        ({"paused_at": clock.now()}, "paused"),
        ({"attempts": 2, "last_error": "unreachable"}, "failing"),
        ({"attempts": 1, "last_error": "sequence-reused"}, "stopped"),
    ],
)
def test_a_channel_says_how_it_does(channel: Channel, values: dict[str, Any], wanted: str) -> None:
    change(channel, **values)
    assert state(channel) == wanted


def test_a_channel_without_work_is_up_to_date(channel: Channel) -> None:
    with acting_as(US):
        Item.objects.filter(channel=channel).update(outcome="applied")
    assert state(channel) == "idle"


def test_the_page_shows_what_waits_and_since_when(admin: Any, channel: Channel) -> None:
    row = next(r for r in admin.get(reverse("channels")).context["rows"] if r.queued)
    assert (row.queued, row.channel.recipient) == (3, "MX")
    assert 230 < row.lag < 260


def test_the_page_costs_the_same_whatever_it_shows(
    admin: Any, channel: Channel, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(20):
        admin.get(reverse("channels"))


@pytest.mark.parametrize("part", ["originator", "colleague", "recipient", "outsider", "auditor"])
@pytest.mark.parametrize("name", ["channels", "channel", "channel-pause"])
def test_only_the_administrator_has_them(
    cast: Cast, channel: Channel, client: Any, part: str, name: str
) -> None:
    client.login(username=getattr(cast, part).username, password=PASSWORD)
    address = reverse(name, args=[] if name == "channels" else [channel.pk])
    answer = client.post(address) if name.endswith("pause") else client.get(address)
    # Who is of a Party on another node does not even get in.
    assert answer.status_code in (403, 404) or answer.url.startswith("/account/login/")
    assert state(channel) == "busy"


def test_another_partys_administrator_finds_no_such_channel(
    cast: Cast, channel: Channel, client: Any, settings: Any
) -> None:
    settings.HOSTED_PARTIES = ["US", "MX"]
    from cordillera.parties.models import Officer

    other = Officer(username="mx.admin", party_id="MX", roles=["administrator"])
    other.set_password(PASSWORD)
    other.save()
    client.login(username="mx.admin", password=PASSWORD)
    assert client.get(reverse("channel", args=[channel.pk])).status_code == 404
    assert client.get(reverse("channels")).context["rows"] == []


def test_a_channel_is_paused_and_goes_on(admin: Any, channel: Channel) -> None:
    page = admin.post(reverse("channel-pause", args=[channel.pk]), follow=True)
    assert page.status_code == 200
    assert state(channel) == "paused"
    admin.post(reverse("channel-resume", args=[channel.pk]))
    assert state(channel) == "busy"


def test_a_refused_item_is_shown_with_its_reason_and_tried_again(
    admin: Any, channel: Channel
) -> None:
    with acting_as(US):
        inbound = Channel.objects.get(sender="CA")
        item = Item.objects.get(channel=inbound)
    page = admin.get(reverse("channel", args=[inbound.pk])).content.decode()
    assert "CA-OA-2026-00007" in page
    assert "above what the two Parties agreed" in page
    answer = admin.post(reverse("channel-replay", args=[inbound.pk, item.pk]), follow=True)
    assert "is refused again: it could not be read" in answer.content.decode()


def test_what_we_send_is_not_replayed_here(admin: Any, channel: Channel) -> None:
    with acting_as(US):
        item = Item.objects.filter(channel=channel).first()
    address = reverse("channel-replay", args=[channel.pk, item.pk])
    assert admin.post(address).status_code == 404


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("channel", *arguments, stdout=out)
    return out.getvalue()


def test_the_shell_tells_the_same(channel: Channel) -> None:
    assert "US → MX; on its way; 3 waiting" in run("list")
    assert "1/1 CA-OA-2026-00007 refused" in run("show", "CA", "US")
    run("pause", "US", "MX")
    assert state(channel) == "paused"
    with pytest.raises(CommandError, match="no channel from US to XX"):
        run("pause", "us", "xx")
    with pytest.raises(CommandError, match="sent by CA's node"):
        run("pause", "CA", "US")


def test_metrics_need_their_token(channel: Channel, client: Any, settings: Any) -> None:
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "a-token"
    assert client.get("/metrics").status_code == 404
    text = client.get("/metrics", headers={"Authorization": "Bearer a-token"}).content.decode()
    assert 'cordillera_channel_waiting{recipient="MX",sender="US"} 3.0' in text
    assert 'cordillera_channel_state{recipient="MX",sender="US",state="busy"} 1.0' in text
    assert "CA-OA-2026-00007" not in text


def test_the_administrator_is_told_once_that_a_channel_is_behind(
    channel: Channel, settings: Any
) -> None:
    assert alerting.watch("US") == 0
    settings.EXCHANGE_ALERT_SECONDS = 60
    assert alerting.watch("US") == 1
    assert alerting.watch("US") == 0
    (letter,) = mail.outbox
    assert letter.to == ["us.admin@example.org"]
    assert "MX: 3 items wait" in letter.body
    with acting_as(US):
        Item.objects.filter(channel=channel).update(outcome="applied")
    assert alerting.watch("US") == 0
    with acting_as(US):
        assert Channel.objects.get(pk=channel.pk).alerted_at is None


def test_a_paused_channel_says_by_whom_and_when(admin: Any, channel: Channel) -> None:
    change(channel, paused_at=clock.now(), paused_by_name="U. Admin")
    page = admin.get(reverse("channel", args=[channel.pk])).content.decode()
    assert re.search(r"</time>\. (?:What is released|Lo que se libere|Ce qui)", page)
