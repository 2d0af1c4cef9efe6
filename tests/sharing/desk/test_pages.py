"""The watch desk, notifications and the notice board, with everyone of the standing cast."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.desk import arrival, board
from sharing.desk.models import InboxItem, Notification, Reach
from sharing.records import actions
from sharing.records.models import OutboxRow, Record
from sharing.records.templatetags.records import disputed_chip
from tests.sharing.desk.conftest import signed_in
from tests.sharing.desk.test_arrival import notifications
from tests.sharing.desk.test_deadlines import day, notice
from tests.sharing.records.test_disputes import GROUNDS

pytestmark = pytest.mark.django_db
EVERYONE = ["originator", "colleague", "recipient", "outsider", "auditor", "admin", "analyst"]


@pytest.mark.parametrize("part", EVERYONE)
@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_everyone_has_a_desk(cast: Any, arrived: InboxItem, part: str, language: str) -> None:
    officer = getattr(cast, part)
    officer.language = language
    officer.save()
    page = signed_in(officer).get("/", follow=True).content.decode()
    assert f'lang="{language}"' in page
    assert ("Galvanised coil" in page) == (
        part in ("originator", "colleague", "recipient", "analyst")
    )


def test_the_desk_counts_what_presses(cast: Any, arrived: InboxItem) -> None:
    client = signed_in(cast.recipient)
    assert client.get("/").context["pressing_count"] == 1
    client.post(f"/inbox/{arrived.pk}/outcome/", {"outcome": "acknowledged"})
    assert client.get("/").context["pressing_count"] == 0


def test_how_long_arrival_takes_is_said_where_it_was_measured(cast: Any, alert: Any) -> None:
    cast.recipient.language = "en"
    cast.recipient.save()
    client = signed_in(cast.recipient)

    def feed() -> str:
        text = client.get("/").content.decode()
        return text.split('id="feed-title"')[1].split("</section>")[0]

    assert "nothing arrived in the last day" in feed()
    with acting_as(Identity.of_node("MX")):
        created = OutboxRow.objects.get(recipient="MX").created_at
    with clock.at(created):
        arrival.arrive("MX")
    assert "Arrival takes" not in feed()
    with clock.at(created + timedelta(seconds=2)), acting_as(Identity.of_node("MX")):
        OutboxRow.objects.update(arrived_at=clock.now())
    assert "2.0 s at most" in feed()


def test_the_strip_counts_only_what_the_reader_sees(cast: Any, arrived: InboxItem) -> None:
    counts = {
        part: {line.party.code: line.count for line in signed_in(officer).get("/").context["strip"]}
        for part, officer in (("mx", cast.recipient), ("ca", cast.outsider))
    }
    assert counts["mx"]["US"] == 1
    assert counts["ca"]["US"] == 0


def test_the_desk_offers_proposals_to_a_second_officer(cast: Any, draft_alert: Any) -> None:
    from sharing.records import actions

    with acting_as(cast.identity("originator")):
        actions.submit(record=draft_alert, by=cast.identity("originator"))
    assert len(signed_in(cast.colleague).get("/").context["approvals"]) == 1
    assert signed_in(cast.originator).get("/").context["work"] == [draft_alert]


def test_the_desk_asks_the_database_little(
    cast: Any, arrived: InboxItem, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.recipient)
    client.get("/")
    with django_assert_max_num_queries(38):
        client.get("/")


@pytest.mark.parametrize("part", EVERYONE)
def test_everyone_sees_his_own_notifications(cast: Any, arrived: InboxItem, part: str) -> None:
    answer = signed_in(getattr(cast, part)).get("/notifications/")
    assert answer.status_code == 200
    mine = {cast.originator: 1, cast.colleague: 1, cast.recipient: 1, cast.analyst: 1}
    assert len(answer.context["lines"]) == mine.get(getattr(cast, part), 0)


def test_opening_a_notification_reads_it_and_leads_there(cast: Any, arrived: InboxItem) -> None:
    client = signed_in(cast.recipient)
    [line] = client.get("/notifications/").context["lines"]
    answer = client.post(f"/notifications/{line.notification.pk}/")
    assert answer["Location"] == f"/inbox/{arrived.pk}/"
    assert client.get("/notifications/").context["new"] == 0


def test_nobody_opens_anothers_notification(cast: Any, arrived: InboxItem) -> None:
    [line] = signed_in(cast.recipient).get("/notifications/").context["lines"]
    answer = signed_in(cast.analyst).post(f"/notifications/{line.notification.pk}/")
    assert answer.status_code == 404


def test_the_bell_counts_until_all_are_read(cast: Any, arrived: InboxItem) -> None:
    client = signed_in(cast.recipient)
    assert '<span class="badge"' in client.get("/navigation/").content.decode()
    client.post("/notifications/read/")
    assert '<span class="badge"' not in client.get("/navigation/").content.decode()


def test_an_officer_chooses_of_what_he_hears(cast: Any, alert: Any) -> None:
    signed_in(cast.recipient).post("/notifications/reach/", {"reach": Reach.NONE})
    arrival.arrive("MX")
    assert notifications("MX") == [("mx.analyst", "released")]


def test_an_unknown_choice_is_told_and_changes_nothing(cast: Any) -> None:
    answer = signed_in(cast.recipient).post("/notifications/reach/", {"reach": "?"}, follow=True)
    assert answer.status_code == 200
    with acting_as(cast.identity("recipient")):
        assert not Reach.objects.exists()


def test_a_port_hears_of_its_own(cast: Any, alert: Any) -> None:
    from cordillera.parties.models import Officer, Unit
    from sharing.desk import concerned

    here = Unit.objects.create(party_id="MX", name="Here", port="MXNLD")
    Officer.objects.filter(pk=cast.recipient.pk).update(unit=here)
    item = InboxItem(party_id="MX", priority="high", places=["MXZLO", "USLRD"])
    with acting_as(cast.identity("recipient")):
        readers = concerned.readers("MX")
        assert cast.recipient.pk not in concerned.by_arrival(item, readers)
        assert cast.analyst.pk in concerned.by_arrival(item, readers)
        item.places = ["MXNLD"]
        assert cast.recipient.pk in concerned.by_arrival(item, readers)
        item.places, item.priority = ["MXZLO"], "urgent"
        assert cast.recipient.pk in concerned.by_arrival(item, readers)


@pytest.fixture
def announced(cast: Any) -> Any:
    return notice(
        cast, date(2026, 11, 1), comment_until="2026-12-20", effective="2027-02-01",
        hs_scope=["7210"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("part", "status", "seen"),
    [
        ("originator", 200, True),
        ("recipient", 200, True),
        ("analyst", 200, True),
        ("outsider", 200, False),
        ("auditor", 403, False),
        ("admin", 403, False),
    ],
)
def test_who_reads_the_board(cast: Any, announced: Any, part: str, status: int, seen: bool) -> None:
    for view in ("list", "calendar&month=2027-02"):
        with day(date(2026, 11, 21)):
            answer = signed_in(getattr(cast, part)).get(f"/notices/?view={view}")
        assert answer.status_code == status
        assert ("Steel import monitoring" in answer.content.decode()) == seen


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"party": "US"}, True),
        ({"party": "CA"}, False),
        ({"stage": "proposed"}, True),
        ({"stage": "in_force"}, False),
        ({"impact": "high"}, True),
        ({"impact": "low"}, False),
        ({"hs": "7210.49"}, True),
        ({"hs": "72"}, True),
        ({"hs": "2710"}, False),
    ],
)
def test_the_board_is_narrowed(
    cast: Any, announced: Any, question: dict[str, str], found: bool
) -> None:
    recipient = cast.identity("recipient")
    with acting_as(recipient):
        rows = board.notices(recipient, board.Asked.read(question))
        assert (announced.pk in [row.pk for row in rows]) == found


def test_a_notice_is_acknowledged_from_the_board(cast: Any, announced: Any) -> None:
    client = signed_in(cast.recipient)
    assert client.post(f"/notices/{announced.pk}/acknowledge/").status_code == 302
    with acting_as(cast.identity("recipient")):
        assert Record.objects.filter(about=announced, kind="acknowledgement").count() == 1
    with day(date(2026, 11, 21)):
        [line] = client.get("/notices/").context["lines"]
    assert line.acknowledged == [("MX", True)]
    assert not line.waits_for_us


def test_what_is_in_effect_stands_apart(cast: Any, announced: Any) -> None:
    client = signed_in(cast.recipient)
    with day(date(2027, 2, 2)):
        assert client.get("/notices/").context["lines"] == []
        assert len(client.get("/notices/?over=1").context["lines"]) == 1


def test_a_recall_takes_the_title_out_of_notifications(
    cast: Any, arrived: InboxItem, alert: Any
) -> None:
    from tests.sharing.desk.test_arrival import recalled

    recalled(cast, alert)
    arrival.arrive("MX")
    page = signed_in(cast.recipient).get("/notifications/").content.decode()
    assert alert.reference in page
    assert "Galvanised" not in page
    with acting_as(cast.identity("recipient")):
        assert Notification.objects.filter(topic="recalled").count() == 1


def test_what_has_expired_says_so_and_does_not_press(
    cast: Any, arrived: InboxItem, alert: Any
) -> None:
    from cordillera.access.identity import Identity
    from sharing.records.actions import expire

    us = Identity.of_node("US")
    with acting_as(us):
        expire(record=Record.objects.get(pk=alert.pk), by=us)
    arrival.arrive("MX")
    cast.recipient.language = "en"
    cast.recipient.save()
    client = signed_in(cast.recipient)
    assert client.get("/").context["pressing_count"] == 0
    assert client.get("/inbox/?unacknowledged=1").context["entries"] == []
    entry = client.get("/inbox/").content.decode()
    assert ">Expired<" in entry
    assert ">Amended<" not in entry


def test_what_is_past_its_review_and_its_expiry_stands_once(cast: Any, alert: Any) -> None:
    from sharing.desk.watch import due

    with acting_as(cast.identity("originator")):
        Record.objects.filter(pk=alert.pk).update(
            review_on=clock.today() - timedelta(days=5),
            expires_on=clock.today() - timedelta(days=1),
        )
        rows = due(cast.identity("originator"))
    assert [str(row.label) for row in rows] == ["Expires"]


def test_a_dispute_s_mark_takes_no_column_of_its_own(cast: Any, arrived: InboxItem) -> None:
    """The rows have a place for what stands first, for the title and for the time."""
    me = cast.identity("recipient")
    with acting_as(me):
        actions.answer(
            about=Record.objects.get(pk=arrived.record_id), kind="dispute", by=me, body=GROUNDS
        )
    cast.recipient.language = "en"
    cast.recipient.save()
    page = signed_in(cast.recipient).get("/").content.decode()
    mark = re.escape(str(disputed_chip()))
    assert len(re.findall(mark, page)) == 2
    assert not re.search(rf"</a>\s*{mark}\s*<time", page)
