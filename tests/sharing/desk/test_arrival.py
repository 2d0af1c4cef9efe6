"""What another Party released arrives: once in effect, whole or not at all, and only where it may."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.events.models import Event
from sharing.desk import arrival, notifying
from sharing.desk.models import InboxItem, Notification
from sharing.records import actions
from sharing.records.models import OutboxRow, Record
from sharing.search import saved, tasks
from sharing.search.queries import Search
from tests.conftest import alert_body, alert_handling, released

pytestmark = pytest.mark.django_db


def items(party: str) -> list[InboxItem]:
    with acting_as(Identity.of_node(party)):
        return list(InboxItem.objects.filter(party=party).select_related("record"))


def notifications(party: str) -> list[tuple[str, str]]:
    with acting_as(Identity.of_node(party)):
        rows = Notification.objects.filter(party=party).order_by("created_at", "officer__username")
        return list(rows.values_list("officer__username", "topic"))


def recalled(cast: Any, record: Any) -> None:
    with acting_as(cast.identity("originator")):
        record.refresh_from_db()
        actions.propose_recall(record=record, by=cast.identity("originator"), reason="Wrong.")
    with acting_as(cast.identity("colleague")):
        actions.approve(record=record, by=cast.identity("colleague"))


def answered(cast: Any, record: Any, kind: str = "acknowledgement", **body: Any) -> Any:
    recipient = cast.identity("recipient")
    with acting_as(recipient):
        seen = Record.objects.get(pk=record.pk)
        return actions.answer(about=seen, kind=kind, by=recipient, body={"result": "noted", **body})


def test_a_release_arrives_with_its_notifications(cast: Any, alert: Any) -> None:
    assert arrival.arrive("MX") == 1
    [item] = items("MX")
    assert (item.verb, item.reference, item.priority) == ("released", alert.reference, "high")
    assert item.places == ["USLRD"]
    assert notifications("MX") == [("mx.analyst", "released"), ("mx.officer", "released")]


def test_it_arrives_once_however_often_the_task_runs(cast: Any, alert: Any) -> None:
    arrival.arrive("MX")
    assert arrival.arrive("MX") == 0
    with acting_as(Identity.of_node("MX")):
        OutboxRow.objects.filter(recipient="MX").update(arrived_at=None)
    assert arrival.arrive("MX") == 1
    assert len(items("MX")) == 1
    assert len(notifications("MX")) == 2


def test_nothing_arrives_where_it_was_not_released(cast: Any, alert: Any) -> None:
    assert arrival.arrive("CA") == 0
    assert items("CA") == []


def test_when_the_second_write_fails_nothing_arrived(
    cast: Any, alert: Any, monkeypatch: Any
) -> None:
    def broken(*args: Any) -> None:
        raise OSError("full")

    with monkeypatch.context() as broke:
        broke.setattr(arrival, "notify", broken)
        assert arrival.arrive("MX") == 0
    assert items("MX") == []
    assert arrival.arrive("MX") == 1
    assert len(items("MX")) == 1


def test_one_row_that_fails_does_not_hold_up_the_others(
    cast: Any, alert: Any, monkeypatch: Any
) -> None:
    with acting_as(cast.identity("originator")):
        other = actions.draft(
            kind="offence_alert",
            by=cast.identity("originator"),
            body=alert_body(title={"en": "Another"}),
            handling=alert_handling("MX"),
        )
    other = released(cast, other)
    whole = arrival.take_in

    def picky(party: str, rows: list[OutboxRow]) -> None:
        if any(row.record_id == alert.pk for row in rows):
            raise OSError("this one not")
        whole(party, rows)

    monkeypatch.setattr(arrival, "take_in", picky)
    assert arrival.arrive("MX") == 1
    assert [item.record_id for item in items("MX")] == [other.pk]


def test_a_batch_asks_the_database_no_more_for_more_officers(
    cast: Any, alert: Any, django_assert_max_num_queries: Any
) -> None:
    from cordillera.parties.models import Officer

    for number in range(40):
        Officer.objects.create(username=f"mx.{number}", party_id="MX", roles=["officer"])
    with django_assert_max_num_queries(29):
        arrival.arrive("MX")
    assert len(notifications("MX")) == 42


def test_a_recall_leaves_a_bare_gravestone(cast: Any, alert: Any) -> None:
    arrival.arrive("MX")
    recalled(cast, alert)
    arrival.arrive("MX")
    [item] = items("MX")
    assert item.is_gravestone
    assert item.record is None
    assert (item.originator, item.kind, item.reference) == ("US", "offence_alert", alert.reference)
    assert (item.priority, item.typology, item.places) == ("", [], [])
    assert ("mx.officer", "recalled") in notifications("MX")


def test_what_was_recalled_before_it_arrived_leaves_nothing(cast: Any, alert: Any) -> None:
    recalled(cast, alert)
    assert arrival.arrive("MX") == 2
    assert items("MX") == []
    assert notifications("MX") == []


def test_an_acknowledgement_reaches_the_originator_as_news(cast: Any, alert: Any) -> None:
    arrival.arrive("MX")
    answered(cast, alert)
    assert arrival.arrive("US") == 1
    [item] = items("US")
    assert (item.verb, item.record_id, item.answers) == ("answered", alert.pk, 1)
    assert (item.answer_kind, item.answer_party) == ("acknowledgement", "MX")
    assert ("us.officer", "answered") in notifications("US")


def test_the_own_answer_is_the_items_outcome(cast: Any, alert: Any) -> None:
    arrival.arrive("MX")
    answered(cast, alert)
    [item] = items("MX")
    assert (item.outcome, item.outcome_by_name) == ("acknowledged", "Mx Officer")
    assert item.acknowledged_at is not None


def test_only_the_named_officers_hear_of_a_red_record(cast: Any) -> None:
    with acting_as(cast.identity("originator")):
        record = actions.draft(
            kind="offence_alert",
            by=cast.identity("originator"),
            body=alert_body(),
            handling=alert_handling("MX", tlp="RED", named=[str(cast.recipient.pk)]),
        )
    released(cast, record)
    arrival.arrive("MX")
    assert notifications("MX") == [("mx.officer", "released")]
    with acting_as(cast.identity("analyst")):
        assert not InboxItem.objects.exists()
    with acting_as(cast.identity("recipient")):
        assert InboxItem.objects.visible_to(cast.identity("recipient")).count() == 1


def test_arrivals_are_told_to_open_pages(cast: Any, alert: Any) -> None:
    arrival.arrive("MX")
    with acting_as(Identity.of_node("MX")):
        told = set(Event.objects.filter(party="MX").values_list("topic", "thing"))
    assert ("inbox", str(alert.pk)) in told
    assert ("record", str(alert.pk)) in told


def test_supervisors_hear_of_a_proposal_and_authors_of_the_decision(cast: Any, alert: Any) -> None:
    assert notifications("US") == [("us.supervisor", "approval"), ("us.officer", "approved")]


def test_an_officer_sees_only_his_own_notifications(cast: Any, alert: Any) -> None:
    arrival.arrive("MX")
    with acting_as(cast.identity("recipient")):
        assert {n.officer_id for n in Notification.objects.all()} == {cast.recipient.pk}


def test_notifying_twice_under_one_key_tells_once(cast: Any, parties: Any) -> None:
    notice = notifying.Notice("effective", "same", (cast.recipient.pk,))
    with acting_as(Identity.of_node("MX")):
        notifying.notify("MX", [notice])
        notifying.notify("MX", [notice])
    assert len(notifications("MX")) == 1


def test_arrival_is_written_into_the_log(cast: Any, alert: Any) -> None:
    arrival.arrive("MX")
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT party FROM audit_entry WHERE tag = 'record:arrive'")
        assert cursor.fetchall() == [("MX",)]


def test_saved_searches_are_held_against_what_came(cast: Any, alert: Any, monkeypatch: Any) -> None:
    rung: list[tuple[str, ...]] = []
    monkeypatch.setattr(saved, "ring", lambda *what: rung.append(what))
    arrival.arrive("MX")
    assert rung == [("search.match", "MX")]


def keep_coils(cast: Any) -> None:
    recipient = cast.identity("recipient")
    with acting_as(recipient):
        saved.keep(by=recipient, name="Coils", asked=Search("coil"), notify="at_once")


def test_a_saved_search_that_fits_tells_its_officer(cast: Any, alert: Any) -> None:
    keep_coils(cast)
    arrival.arrive("MX")
    tasks.match("MX")
    tasks.match("MX")
    assert notifications("MX").count(("mx.officer", "matched")) == 1


def test_a_lost_ring_loses_no_match(cast: Any, alert: Any) -> None:
    keep_coils(cast)
    arrival.arrive("MX")
    tasks.sweep()
    tasks.sweep()
    assert notifications("MX").count(("mx.officer", "matched")) == 1


def test_an_amendment_that_names_officers_takes_it_from_the_others(cast: Any, alert: Any) -> None:
    arrival.arrive("MX")
    originator, colleague = cast.identity("originator"), cast.identity("colleague")
    with acting_as(originator):
        alert.refresh_from_db()
        version = actions.amend(record=alert, by=originator)
        handling = {**version.handling, "tlp": "RED", "named": [str(cast.recipient.pk)]}
        alert.refresh_from_db()
        actions.save_draft(record=alert, by=originator, body=version.body, handling=handling)
        actions.submit(record=alert, by=originator)
    with acting_as(colleague):
        alert.refresh_from_db()
        actions.approve(record=alert, by=colleague)
    arrival.arrive("MX")
    told = notifications("MX")
    assert ("mx.officer", "amended") in told
    assert ("mx.analyst", "recalled") in told
    assert ("mx.analyst", "amended") not in told
    with acting_as(cast.identity("analyst")):
        assert not InboxItem.objects.exists()


def test_narrowing_the_audience_leaves_a_gravestone_there(cast: Any) -> None:
    originator, colleague = cast.identity("originator"), cast.identity("colleague")
    with acting_as(originator):
        record = actions.draft(
            kind="offence_alert",
            by=originator,
            body=alert_body(),
            handling=alert_handling("MX", "CA"),
        )
    record = released(cast, record)
    arrival.arrive("CA")
    with acting_as(originator):
        record.refresh_from_db()
        version = actions.amend(record=record, by=originator)
        record.refresh_from_db()
        handling = {**version.handling, "audience": ["MX", "US"]}
        actions.save_draft(record=record, by=originator, body=version.body, handling=handling)
        actions.submit(record=record, by=originator)
    with acting_as(colleague):
        record.refresh_from_db()
        actions.approve(record=record, by=colleague)
    arrival.arrive("CA")
    [item] = items("CA")
    assert item.is_gravestone
    assert ("ca.officer", "recalled") in notifications("CA")
