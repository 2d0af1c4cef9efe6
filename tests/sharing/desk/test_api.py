"""The desk over the API: what the pages show and do, for whom they do it, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from cordillera import clock
from cordillera.access.session import acting_as
from cordillera.parties import actions as parties
from sharing.desk import arrival
from sharing.desk.models import InboxItem, Notification
from sharing.records import actions, queries
from tests.conftest import Cast, alert_handling, released
from tests.cordillera.api.caller import Caller, entries, sort_of

PARTS = ("originator", "colleague", "recipient", "outsider", "analyst")


@pytest.fixture
def calls(cast: Cast) -> Any:
    """The standing cast, but for auditor and administrator, for whom there are no tokens."""
    return SimpleNamespace(**{part: Caller(getattr(cast, part)) for part in PARTS})


def ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [item["id"] for item in response.json()["items"]]


# --- The inbox --------------------------------------------------------------------------------
def test_each_of_the_cast_lists_what_is_in_his_inbox(calls: Any, arrived: InboxItem) -> None:
    assert ids(calls.recipient.get("inbox")) == [str(arrived.pk)]
    assert ids(calls.analyst.get("inbox")) == [str(arrived.pk)]
    for part in ("originator", "colleague", "outsider"):
        caller = getattr(calls, part)
        assert ids(caller.get("inbox?show=all")) == []
        assert sort_of(caller.get(f"inbox/{arrived.pk}")) == "not-found"
        assert caller.post(f"inbox/{arrived.pk}/outcome", ACK).status_code in (403, 404)


def test_an_item_carries_its_record_and_is_written_down(calls: Any, arrived: InboxItem) -> None:
    found = calls.recipient.get(f"inbox/{arrived.pk}").json()
    assert (found["open"], found["outcome"], found["news"]) == (True, None, "released")
    assert found["record"]["id"] == found["record_id"] == str(arrived.record_id)
    assert entries("MX", "record:list", detail__part="inbox") == 1


def test_a_recalled_one_is_a_bare_gravestone(cast: Cast, calls: Any, arrived: InboxItem) -> None:
    with acting_as(cast.identity("originator")):
        record = queries.get(cast.identity("originator"), arrived.record_pk)
        actions.propose_recall(record=record, by=cast.identity("originator"), reason="Wrong")
    with acting_as(cast.identity("colleague")):
        actions.approve(record=record, by=cast.identity("colleague"))
    arrival.arrive("MX")
    found = calls.recipient.get(f"inbox/{arrived.pk}").json()
    assert (found["news"], found["record"]) == ("recalled", None)
    assert "coil" not in str(found)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=offence_alert", 1),
        ("kind=advance_notice", 0),
        ("originator=US&priority=high", 1),
        ("priority=pressing&typology=origin_fraud", 1),
        ("unacknowledged=1&port=USLRD", 1),
        ("show=done", 0),
        ("show=mine", 0),
    ],
)
def test_filters_narrow(calls: Any, arrived: InboxItem, query: str, found: int) -> None:
    assert len(ids(calls.recipient.get(f"inbox?{query}"))) == found


def test_pages_hold_each_item_once(cast: Cast, calls: Any, arrived: InboxItem) -> None:
    for _ in range(4):
        me = cast.identity("originator")
        with acting_as(me):
            record = actions.draft(
                kind="offence_alert",
                by=me,
                body=queries.shown_version(me, queries.get(me, arrived.record_pk)).body,
                handling=alert_handling("MX"),
            )
        released(cast, record)
    arrival.arrive("MX")
    everything = ids(calls.recipient.get("inbox"))
    walked: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = calls.recipient.get(f"inbox?limit=2{cursor}").json()
        walked += [item["id"] for item in page["items"]]
        cursor = f"&cursor={page['next']}" if page["next"] else None
    assert walked == everything
    assert len(set(walked)) == 5
    assert calls.recipient.get("inbox?cursor=rubbish").status_code == 400


def test_a_longer_inbox_takes_no_more_queries(
    calls: Any, arrived: InboxItem, django_assert_num_queries: Any
) -> None:
    calls.recipient.get("inbox")
    # Savepoint, identity (twice), token, list, which are disputed, log, release.
    with django_assert_num_queries(8):
        calls.recipient.get("inbox")


# --- Outcomes ---------------------------------------------------------------------------------
ACK = {"outcome": "acknowledged"}


def test_an_acknowledgement_reaches_the_originator(
    cast: Cast, calls: Any, arrived: InboxItem
) -> None:
    content = {"outcome": "acknowledged", "result": "assigned"}
    found = calls.recipient.post(f"inbox/{arrived.pk}/outcome", content).json()
    assert (found["outcome"]["outcome"], found["open"]) == ("acknowledged", False)
    assert found["outcome"]["by"] == "Mx Officer"
    answers = calls.originator.get(f"records/{arrived.record_id}/answers").json()["items"]
    assert [one["body"]["result"] for one in answers] == ["assigned"]
    assert entries("MX", "inbox:decide", detail__outcome="acknowledged") == 1


def test_a_repeated_request_decides_once(calls: Any, arrived: InboxItem) -> None:
    path = f"inbox/{arrived.pk}/outcome"
    first = calls.recipient.post(path, ACK, Idempotency_Key="one")
    again = calls.recipient.post(path, ACK, Idempotency_Key="one")
    assert again["Idempotency-Replayed"] == "true"
    assert first.json() == again.json()
    answers = calls.recipient.get(f"records/{arrived.record_id}/answers").json()["items"]
    assert len(answers) == 1


def test_it_is_referred_to_whom_the_api_names(cast: Cast, calls: Any, arrived: InboxItem) -> None:
    unit = parties.create_unit(party=cast.recipient.party, name="Nuevo Laredo", port="MXNLD")
    named = calls.recipient.get(f"inbox/{arrived.pk}/referees").json()
    assert named["units"] == [{"id": unit.pk, "name": "Nuevo Laredo", "port": "MXNLD"}]
    assert str(cast.analyst.pk) in [one["id"] for one in named["officers"]]
    content = {"outcome": "referred", "assignee": str(cast.analyst.pk), "note": "Look at it"}
    found = calls.recipient.post(f"inbox/{arrived.pk}/outcome", content).json()
    assert found["outcome"]["assignee"] == str(cast.analyst.pk)
    assert ids(calls.analyst.get("inbox?show=mine")) == [str(arrived.pk)]
    told = calls.analyst.get("notifications").json()["items"]
    assert "referred" in [one["topic"] for one in told]


def test_it_is_put_off_and_taken_back(calls: Any, arrived: InboxItem) -> None:
    until = (clock.now() + timedelta(hours=4)).isoformat()
    content = {"outcome": "snoozed", "until": until}
    assert calls.recipient.post(f"inbox/{arrived.pk}/outcome", content).status_code == 200
    assert ids(calls.recipient.get("inbox")) == []
    assert ids(calls.recipient.get("inbox?show=snoozed")) == [str(arrived.pk)]
    assert calls.recipient.post(f"inbox/{arrived.pk}/undo").json()["outcome"] is None
    assert sort_of(calls.recipient.post(f"inbox/{arrived.pk}/undo")) == "invalid"


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ({"outcome": "eaten"}, "outcome"),
        ({"outcome": "no_action"}, "reason"),
        ({"outcome": "no_action", "reason": "a\u202eb"}, "reason"),
        ({"outcome": "referred"}, "unit"),
        ({"outcome": "referred", "unit": 999_999}, "unit"),
        ({"outcome": "referred", "unit": 10**30}, "unit"),
        ({"outcome": "referred", "assignee": "nobody"}, "assignee"),
        ({"outcome": "snoozed"}, "until"),
        ({"outcome": "snoozed", "until": "2020-01-01T00:00:00Z"}, "until"),
        ({"outcome": "snoozed", "until": "2020-01-01T00:00:00"}, "until"),
        ({"outcome": "acknowledged", "result": "shrug"}, "result"),
        ({"outcome": 1}, "outcome"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    calls: Any, arrived: InboxItem, content: dict[str, Any], path: str
) -> None:
    answer = calls.recipient.post(f"inbox/{arrived.pk}/outcome", content)
    assert answer.status_code == 422
    assert path in [problem["path"] for problem in answer.json()["problems"]]
    assert calls.recipient.get(f"inbox/{arrived.pk}").json()["outcome"] is None


def test_it_is_referred_to_no_other_party(cast: Cast, calls: Any, arrived: InboxItem) -> None:
    content = {"outcome": "referred", "assignee": str(cast.outsider.pk)}
    assert calls.recipient.post(f"inbox/{arrived.pk}/outcome", content).status_code == 422


def test_deciding_takes_the_scope(cast: Cast, arrived: InboxItem) -> None:
    reads = Caller(cast.recipient, "read")
    assert ids(reads.get("inbox")) == [str(arrived.pk)]
    assert reads.post(f"inbox/{arrived.pk}/outcome", ACK).status_code == 403
    assert Caller(cast.recipient, "answer").get("inbox").status_code == 403


# --- Notifications ----------------------------------------------------------------------------
def test_own_notifications_are_listed_and_marked(
    cast: Cast, calls: Any, arrived: InboxItem
) -> None:
    [one] = calls.recipient.get("notifications?new=1").json()["items"]
    assert (one["topic"], one["read_at"]) == ("released", None)
    assert one["title"] == "Galvanised coil declared as Mexican"
    assert one["url"].endswith(f"/inbox/{arrived.pk}/")
    assert ids(calls.outsider.get("notifications")) == []
    assert calls.outsider.post("notifications/read", {"ids": [one["id"]]}).json() == {"read": 0}
    assert calls.recipient.post("notifications/read", {"ids": [one["id"]]}).json() == {"read": 1}
    assert ids(calls.recipient.get("notifications?new=1")) == []
    assert calls.recipient.get("notifications").json()["items"][0]["read_at"]


def test_all_are_marked_when_none_is_named(cast: Cast, calls: Any, arrived: InboxItem) -> None:
    assert calls.recipient.post("notifications/read").json() == {"read": 1}
    for wrong in (["x"], [7], [7] * 501, "all"):
        assert calls.recipient.post("notifications/read", {"ids": wrong}).status_code == 422
    with acting_as(cast.identity("analyst")):
        assert Notification.objects.filter(officer=cast.analyst, read_at=None).exists()


def test_more_notifications_take_no_more_queries(
    calls: Any, arrived: InboxItem, django_assert_num_queries: Any
) -> None:
    calls.recipient.get("notifications")
    # Savepoint, identity (twice), token, list, items, release.
    with django_assert_num_queries(7):
        calls.recipient.get("notifications")
