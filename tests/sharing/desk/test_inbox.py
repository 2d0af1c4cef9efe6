"""The inbox page: what it shows to whom, how it is narrowed, and how an item ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties.models import Officer, Unit
from sharing.desk import actions, arrival, filters
from sharing.desk.models import InboxItem, Notification
from sharing.records.models import Record
from sharing.records.problems import Invalid
from tests.sharing.desk.conftest import signed_in
from tests.sharing.desk.test_arrival import recalled

pytestmark = pytest.mark.django_db


def again(cast: Any, item: InboxItem) -> InboxItem:
    with acting_as(cast.identity("recipient")):
        found: InboxItem = InboxItem.objects.select_related("record").get(pk=item.pk)
    return found


@pytest.mark.parametrize(
    ("part", "status"),
    [("recipient", 200), ("analyst", 200), ("outsider", 200), ("auditor", 403), ("admin", 403)],
)
def test_who_opens_the_inbox(cast: Any, arrived: InboxItem, part: str, status: int) -> None:
    answer = signed_in(getattr(cast, part)).get("/inbox/")
    assert answer.status_code == status
    seen = b"Galvanised coil" in answer.content
    assert seen == (part in ("recipient", "analyst"))


@pytest.mark.parametrize(
    ("part", "status"),
    [("recipient", 200), ("analyst", 200), ("outsider", 404), ("auditor", 403), ("colleague", 404)],
)
def test_who_opens_an_item(cast: Any, arrived: InboxItem, part: str, status: int) -> None:
    assert signed_in(getattr(cast, part)).get(f"/inbox/{arrived.pk}/").status_code == status


def test_nobody_without_a_session(client: Any, arrived: InboxItem) -> None:
    assert client.get("/inbox/").status_code == 302


def test_an_item_shows_its_record_and_reading_it_is_logged(
    cast: Any, arrived: InboxItem, alert: Any
) -> None:
    answer = signed_in(cast.recipient).get(f"/inbox/{arrived.pk}/")
    assert alert.reference in answer.content.decode()
    assert 'data-key="a"' in answer.content.decode()


def test_opening_an_item_reads_its_notification(cast: Any, arrived: InboxItem) -> None:
    signed_in(cast.recipient).get(f"/inbox/{arrived.pk}/")
    with acting_as(cast.identity("recipient")):
        assert not Notification.objects.filter(read_at=None).exists()


def test_a_gravestone_shows_nothing_of_the_record(
    cast: Any, arrived: InboxItem, alert: Any
) -> None:
    recalled(cast, alert)
    arrival.arrive("MX")
    page = signed_in(cast.recipient).get(f"/inbox/{arrived.pk}/").content.decode()
    assert alert.reference in page
    assert "Galvanised" not in page
    assert "ZXQU" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=offence_alert", True),
        ("kind=advance_notice", False),
        ("party=US", True),
        ("party=CA", False),
        ("priority=high", True),
        ("priority=low", False),
        ("typology=origin_fraud", True),
        ("port=uslrd", True),
        ("port=CAVAN", False),
        ("unacknowledged=1", True),
        ("show=mine", False),
        ("show=done", False),
        ("show=all", True),
        ("kind=nonsense&after=nonsense", True),
    ],
)
def test_filters(cast: Any, arrived: InboxItem, query: str, found: bool) -> None:
    page = signed_in(cast.recipient).get(f"/inbox/?{query}").content.decode()
    assert (f"item-{arrived.pk}" in page) == found


def test_pages_follow_each_other_without_loss(
    cast: Any, arrived: InboxItem, monkeypatch: Any
) -> None:
    monkeypatch.setattr(filters, "PAGE", 2)
    recipient = cast.identity("recipient")
    with acting_as(Identity.of_node("MX")):
        for number in range(4):
            InboxItem.objects.create(
                party_id="MX",
                verb="released",
                originator="US",
                kind="offence_alert",
                reference=f"US-{number}",
                arrived_at=clock.now(),
                news_at=arrived.news_at,
                reopened_at=clock.now(),
            )
    seen, after = [], ""
    with acting_as(recipient):
        while True:
            rows, after = filters.page(filters.Asked().rows(recipient, None), after)
            seen += [row.pk for row in rows]
            if not after:
                break
    assert len(seen) == len(set(seen)) == 5


def test_acknowledging_sends_an_answer_and_ends_the_item(
    cast: Any, arrived: InboxItem, alert: Any
) -> None:
    client = signed_in(cast.recipient)
    answer = client.post(f"/inbox/{arrived.pk}/outcome/", {"outcome": "acknowledged"})
    assert answer.status_code == 302
    assert again(cast, arrived).outcome == "acknowledged"
    with acting_as(cast.identity("recipient")):
        sent = Record.objects.get(about=alert, originator="MX")
        assert sent.kind == "acknowledgement"


def test_no_action_needs_a_reason(cast: Any, arrived: InboxItem) -> None:
    client = signed_in(cast.recipient)
    assert client.post(f"/inbox/{arrived.pk}/outcome/", {"outcome": "no_action"}).status_code == 422
    client.post(f"/inbox/{arrived.pk}/outcome/", {"outcome": "no_action", "reason": "Known"})
    item = again(cast, arrived)
    assert (item.outcome, item.outcome_note) == ("no_action", "Known")


def test_a_referral_notifies_and_waits_with_its_officer(cast: Any, arrived: InboxItem) -> None:
    client = signed_in(cast.recipient)
    form = {"outcome": "referred", "assignee": str(cast.analyst.pk)}
    client.post(f"/inbox/{arrived.pk}/outcome/", form)
    page = signed_in(cast.analyst).get("/inbox/?show=mine").content.decode()
    assert f"item-{arrived.pk}" in page
    with acting_as(cast.identity("analyst")):
        assert Notification.objects.filter(topic="referred").count() == 1


def test_a_unit_is_told_of_a_referral(cast: Any, arrived: InboxItem) -> None:
    unit = Unit.objects.create(party_id="MX", name="Nuevo Laredo", port="MXNLD")
    Officer.objects.filter(pk=cast.analyst.pk).update(unit=unit)
    with acting_as(cast.identity("recipient")):
        actions.refer(item=arrived, by=cast.identity("recipient"), unit=unit)
    with acting_as(cast.identity("analyst")):
        assert Notification.objects.filter(topic="referred").count() == 1


def test_nothing_is_referred_to_another_party(cast: Any, arrived: InboxItem) -> None:
    with acting_as(cast.identity("recipient")), pytest.raises(Invalid):
        actions.refer(item=arrived, by=cast.identity("recipient"), assignee=cast.outsider)


def test_a_snoozed_item_comes_back_by_itself(cast: Any, arrived: InboxItem) -> None:
    client = signed_in(cast.recipient)
    client.post(f"/inbox/{arrived.pk}/outcome/", {"outcome": "snoozed", "until": "hours"})
    assert f"item-{arrived.pk}" not in client.get("/inbox/").content.decode()
    with clock.at(clock.now() + timedelta(hours=5)):
        assert f"item-{arrived.pk}" in client.get("/inbox/").content.decode()


def test_undo_restores_what_was_before(cast: Any, arrived: InboxItem) -> None:
    recipient = cast.identity("recipient")
    with acting_as(recipient):
        actions.refer(item=arrived, by=recipient, assignee=cast.analyst)
        actions.no_action(item=arrived, by=recipient, reason="Known")
        assert actions.undo(item=arrived, by=recipient).outcome == "referred"
        assert actions.undo(item=arrived, by=recipient).outcome == ""
        with pytest.raises(Invalid):
            actions.undo(item=arrived, by=recipient)


def test_several_are_decided_at_once(cast: Any, arrived: InboxItem) -> None:
    client = signed_in(cast.recipient)
    form = {"outcome": "no_action", "reason": "Known", "item": [str(arrived.pk), "rubbish"]}
    assert client.post("/inbox/decide/", form).status_code == 302
    assert again(cast, arrived).outcome == "no_action"


def test_an_amendment_opens_the_item_again(cast: Any, arrived: InboxItem, alert: Any) -> None:
    from sharing.records import actions as records

    recipient, originator = cast.identity("recipient"), cast.identity("originator")
    with acting_as(recipient):
        actions.no_action(item=arrived, by=recipient, reason="Known")
    with acting_as(originator):
        alert.refresh_from_db()
        records.amend(record=alert, by=originator)
        alert.refresh_from_db()
        records.submit(record=alert, by=originator)
    with acting_as(cast.identity("colleague")):
        records.approve(record=alert, by=cast.identity("colleague"))
    arrival.arrive("MX")
    item = again(cast, arrived)
    assert (item.verb, item.outcome) == ("amended", "")


def test_an_analyst_decides_but_does_not_answer(cast: Any, arrived: InboxItem) -> None:
    client = signed_in(cast.analyst)
    assert (
        'value="acknowledged" data-key' not in client.get(f"/inbox/{arrived.pk}/").content.decode()
    )
    answer = client.post(f"/inbox/{arrived.pk}/outcome/", {"outcome": "acknowledged"})
    assert answer.status_code == 422


def test_the_list_is_refreshed_alone_and_keeps_its_selection(cast: Any, arrived: InboxItem) -> None:
    page = signed_in(cast.recipient).get("/inbox/", {"at": f"/inbox/{arrived.pk}/"})
    text = page.content.decode()
    assert text.lstrip().startswith('<div id="inbox-list"')
    assert 'aria-current="true"' in text


def test_the_inbox_asks_the_database_little(
    cast: Any, arrived: InboxItem, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.recipient)
    client.get("/inbox/")
    with django_assert_max_num_queries(26):
        client.get("/inbox/")


def test_a_sighting_from_the_inbox_comes_back_to_it(cast: Any, arrived: InboxItem) -> None:
    client = signed_in(cast.recipient)
    here = f"/inbox/{arrived.pk}/"
    form = client.get(f"/records/{arrived.record_id}/sighting/", {"next": here})
    assert f'name="next" value="{here}"' in form.content.decode()
    sent = {"result": "no_hit", "next": here}
    answer = client.post(f"/records/{arrived.record_id}/sighting/", sent)
    assert answer["Location"] == here
    assert again(cast, arrived).outcome == "sighted"


def test_the_own_port_is_a_list_of_its_own(cast: Any, arrived: InboxItem) -> None:
    here = Unit.objects.create(party_id="MX", name="Here", port="USLRD")
    Officer.objects.filter(pk=cast.recipient.pk).update(unit=here)
    port = signed_in(cast.recipient).get("/inbox/").context["my_port"]
    assert (port["query"], port["count"], port["current"]) == ("port=USLRD", 1, False)
    assert signed_in(cast.recipient).get("/inbox/?port=USLRD").context["my_port"]["current"]


def test_the_banner_names_what_was_done_and_offers_the_next_step(
    cast: Any, arrived: InboxItem, alert: Any
) -> None:
    client = signed_in(cast.recipient)
    answer = client.post(f"/inbox/{arrived.pk}/outcome/", {"outcome": "acknowledged"}, follow=True)
    banner = answer.content.decode().split('id="done"')[1].split("</form>")[0]
    assert f'href="/inbox/{arrived.pk}/">{alert.reference}</a>' in banner
    assert "Galvanised coil" in banner
    assert f'href="/records/{alert.pk}/sighting/?next=' in banner


def test_what_is_put_off_needs_no_next_step(cast: Any, arrived: InboxItem, alert: Any) -> None:
    client = signed_in(cast.recipient)
    asked = {"outcome": "snoozed", "until": "tomorrow"}
    answer = client.post(f"/inbox/{arrived.pk}/outcome/", asked, follow=True)
    banner = answer.content.decode().split('id="done"')[1].split("</form>")[0]
    assert alert.reference in banner
    assert "/records/" not in banner


def test_a_referral_to_nobody_keeps_its_dialog_and_what_was_typed(
    cast: Any, arrived: InboxItem
) -> None:
    form = {"outcome": "referred", "note": "Compare the plates"}
    answer = signed_in(cast.recipient).post(f"/inbox/{arrived.pk}/outcome/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-labelledby="refer-title" data-shown' in page
    assert 'value="Compare the plates"' in page
