"""The ledger's lines are written with what they tell, and outlive it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection

from cordillera.access.identity import AUDITOR, Identity
from cordillera.access.session import acting_as
from sharing.desk.arrival import arrive
from sharing.exchange.models import Item
from sharing.exchange.reporting import tally
from sharing.exchange.settling import reached
from sharing.oversight.models import Disclosure
from sharing.records import actions
from sharing.records.reading.noted import note_reading
from tests.conftest import Cast, alert_handling, released

pytestmark = pytest.mark.django_db


def lines(party: str, roles: frozenset[str] = frozenset({AUDITOR})) -> list[Disclosure]:
    with acting_as(Identity(party, None, "auditor", roles)):
        return list(Disclosure.objects.order_by("id"))


def told(party: str) -> list[tuple[str, str, str]]:
    return [(line.direction, line.event, line.other) for line in lines(party)]


def test_a_release_is_a_line_with_purpose_basis_and_officers(cast: Cast, alert: Any) -> None:
    (line,) = lines("US")
    assert (line.direction, line.event, line.other) == ("given", "released", "MX")
    assert (line.purpose, line.basis) == ("customs_enforcement", ["USMCA-7.25.7"])
    assert (line.proposed_by, line.approved_by) == ("Us Officer", "Us Supervisor")
    assert (line.reference, line.kind, line.number) == (alert.reference, "offence_alert", 1)
    assert lines("MX") == []


def test_an_arrival_is_a_line_of_both_sides(alert: Any) -> None:
    arrive("MX")
    assert told("MX") == [("received", "released", "US")]
    assert told("US") == [("given", "released", "MX"), ("given", "delivered", "MX")]


def test_the_reader_is_named_at_home_and_counted_abroad(cast: Cast, alert: Any) -> None:
    arrive("MX")
    reader = cast.identity("recipient")
    with acting_as(reader):
        for part in ("summary", "answers"):
            note_reading(reader, alert, alert.current, part=part)
    tally("MX")
    (at_home,) = [line for line in lines("MX") if line.event == "read"]
    (abroad,) = [line for line in lines("US") if line.event == "read"]
    assert (at_home.reader, at_home.direction) == ("Mx Officer", "received")
    assert (abroad.reader, abroad.times, abroad.officers) == ("", 1, 1)


def test_of_a_red_record_reference_and_kind_alone(cast: Cast, draft_alert: Any) -> None:
    by = cast.identity("originator")
    handling = alert_handling("MX", tlp="RED", named=[str(cast.recipient.pk)])
    with acting_as(by):
        actions.save_draft(
            record=draft_alert, by=by, body=draft_alert.pending.body, handling=handling
        )
    released(cast, draft_alert)
    arrive("MX")
    for line in [*lines("US"), *lines("MX")]:
        assert line.red
        assert line.reference
        assert line.kind == "offence_alert"
        assert not any((line.purpose, line.basis, line.proposed_by, line.approved_by))


def test_a_recall_is_told_after_the_record_is_gone(cast: Cast, alert: Any) -> None:
    arrive("MX")
    _recall(cast, alert)
    arrive("MX")
    assert told("US")[-2:] == [("given", "recalled", "MX"), ("given", "withdrawn", "MX")]
    last = lines("MX")[-1]
    assert (last.event, last.reference, last.purpose) == (
        "withdrawn",
        alert.reference,
        "customs_enforcement",
    )


def _recall(cast: Cast, record: Any) -> None:
    with acting_as(cast.identity("originator")):
        actions.propose_recall(record=record, by=cast.identity("originator"), reason="Wrong.")
    with acting_as(cast.identity("colleague")):
        actions.approve(record=record, by=cast.identity("colleague"))


def test_a_narrower_audience_is_told(cast: Cast, alert: Any) -> None:
    by = cast.identity("originator")
    with acting_as(by):
        version = actions.amend(record=alert, by=by)
        alert.refresh_from_db()
        actions.save_draft(record=alert, by=by, body=version.body, handling=alert_handling("CA"))
        alert.refresh_from_db()
    released(cast, alert)
    assert told("US")[1:] == [("given", "released", "CA"), ("given", "narrowed", "MX")]


def test_without_its_line_nothing_is_released(
    cast: Cast, draft_alert: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("no space left")

    monkeypatch.setattr("sharing.oversight.ledger.listening._write", broken)
    with pytest.raises(DatabaseError):
        released(cast, draft_alert)
    with acting_as(cast.identity("originator")):
        draft_alert.refresh_from_db()
        assert draft_alert.state == "in_review"


@pytest.mark.parametrize("change", ["UPDATE {} SET purpose = 'other'", "DELETE FROM {}"])
def test_the_database_keeps_the_lines_as_they_are(alert: Any, change: str) -> None:
    with (
        pytest.raises(DatabaseError),
        acting_as(Identity.of_node("US")),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format("oversight_disclosure"))


def test_whose_lines_one_sees(cast: Cast, alert: Any) -> None:
    arrive("MX")
    for part, seen in (("originator", 0), ("recipient", 0), ("admin", 0), ("analyst", 0)):
        with acting_as(cast.identity(part)):
            assert Disclosure.objects.count() == seen
    with acting_as(cast.identity("auditor")):
        assert {line.party for line in Disclosure.objects.all()} == {"MX"}
    with acting_as(cast.identity("outsider")):
        assert not Disclosure.objects.exists()


def test_what_another_node_says_of_it_is_a_line(alert: Any) -> None:
    said = [
        (Item(type=Item.VERSION, record_id=alert.pk, number=1), Item.APPLIED),
        (Item(type=Item.WITHDRAWAL, record_id=alert.pk), Item.APPLIED),
        (Item(type=Item.WITHDRAWAL, record_id=alert.pk), "purged"),
        (Item(type=Item.VERSION, record_id=alert.pk, number=2, reason="schema"), Item.REFUSED),
    ]
    with acting_as(Identity.of_node("US")):
        reached.send(Item, party="US", recipient="MX", happened=said)
    found = lines("US")[1:]
    assert [line.event for line in found] == ["delivered", "withdrawn", "purged", "refused"]
    assert {line.reference for line in found} == {alert.reference}
    assert found[-1].reason == "schema"
