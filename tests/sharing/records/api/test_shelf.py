"""Lists hold what the caller may see, page by page, and cost the same however long they are."""

from __future__ import annotations

from typing import Any

import pytest

from cordillera.api.pagination import Stretch
from sharing.records import actions, queries
from tests.conftest import acting_as, alert_body, alert_handling, released
from tests.cordillera.api.caller import Caller, entries


@pytest.fixture
def shelf(cast: Any) -> list[Any]:
    """Five alerts of US: three released to MX, two still drafts."""
    made = []
    for number in range(5):
        with acting_as(cast.identity("originator")):
            record = actions.draft(
                kind="offence_alert",
                by=cast.identity("originator"),
                body=alert_body(title={"en": f"Alert {number}"}),
                handling=alert_handling("MX"),
            )
        made.append(released(cast, record) if number < 3 else record)
    return made


def ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [item["id"] for item in response.json()["items"]]


def walk(caller: Caller, limit: int) -> list[str]:
    found, cursor = [], ""
    while True:
        page = caller.get(f"records?limit={limit}{cursor}").json()
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def test_each_of_the_cast_lists_what_he_may_see(calls: Any, shelf: list[Any]) -> None:
    assert len(ids(calls.originator.get("records"))) == 5
    assert len(ids(calls.colleague.get("records"))) == 5
    assert ids(calls.recipient.get("records")) == [
        str(r.pk) for r in (shelf[2], shelf[1], shelf[0])
    ]
    assert len(ids(calls.analyst.get("records"))) == 3
    assert ids(calls.outsider.get("records")) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 50])
def test_pages_hold_each_record_once(calls: Any, shelf: list[Any], limit: int) -> None:
    found = walk(calls.originator, limit)
    assert sorted(found) == sorted(str(record.pk) for record in shelf)
    assert found[:3] == [str(r.pk) for r in (shelf[2], shelf[1], shelf[0])]


def test_a_record_that_comes_in_between_neither_repeats_nor_hides_one(
    cast: Any, calls: Any, shelf: list[Any]
) -> None:
    first = calls.recipient.get("records?limit=2").json()
    released(cast, shelf[3])
    second = calls.recipient.get(f"records?limit=2&cursor={first['next']}").json()
    assert [item["id"] for item in second["items"]] == [str(shelf[0].pk)]


def test_a_list_of_other_parties_records_is_written_down_once(calls: Any, shelf: list[Any]) -> None:
    calls.recipient.get("records")
    calls.originator.get("records")
    assert entries("MX", "record:list", detail__count=3) == 1
    assert entries("US", "record:list") == 0


def test_a_longer_list_takes_no_more_queries(
    calls: Any, shelf: list[Any], django_assert_num_queries: Any
) -> None:
    calls.recipient.get("records")
    for limit in (1, 3):
        # Savepoint, identity (twice), token, list, its drafts where there is room, which are
        # disputed, log, release.
        with django_assert_num_queries(8 if limit == 1 else 9):
            calls.recipient.get(f"records?limit={limit}")


def test_filters_narrow(calls: Any, shelf: list[Any]) -> None:
    caller = calls.originator
    assert len(ids(caller.get("records?state=draft"))) == 2
    assert len(ids(caller.get("records?state=released&kind=offence_alert&priority=high"))) == 3
    assert ids(caller.get("records?kind=sighting")) == []
    assert len(ids(caller.get("records?typology=origin_fraud&originator=US"))) == 5
    assert ids(caller.get("records?originator=MX")) == []


def test_an_open_amendment_is_nobody_elses_business(
    cast: Any, calls: Any, shelf: list[Any]
) -> None:
    with acting_as(cast.identity("originator")):
        actions.amend(record=shelf[0], by=cast.identity("originator"))
    assert len(ids(calls.recipient.get("records?state=released"))) == 3
    assert ids(calls.recipient.get("records?state=amended")) == []
    assert ids(calls.originator.get("records?state=amended")) == [str(shelf[0].pk)]
    seen = {item["state"] for item in calls.recipient.get("records").json()["items"]}
    assert seen == {"released"}


def test_references_find_what_the_caller_may_see(calls: Any, shelf: list[Any]) -> None:
    one = shelf[0].reference
    query = f"references?reference={one.lower()}&reference=US-OA-2026-99999&reference=x"
    assert ids(calls.recipient.get(query)) == [str(shelf[0].pk)]
    assert ids(calls.outsider.get(query)) == []
    assert calls.recipient.get("references").status_code == 400


def test_a_draft_is_begun(calls: Any) -> None:
    response = calls.originator.post(
        "records", {"kind": "offence_alert", "body": alert_body(), "handling": alert_handling("MX")}
    )
    record = response.json()
    assert (response.status_code, record["state"], record["version"]) == (201, "draft", 1)
    assert response["ETag"] == record["etag"] == record["draft"]["etag"]
    assert response["Location"] == f"/api/v1/records/{record['id']}"
    assert set(record["handling"]["audience"]) == {"MX", "US"}


def test_who_may_not_draft_begins_nothing(calls: Any) -> None:
    assert calls.analyst.post("records", {"kind": "offence_alert"}).status_code == 403


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"goods": [{"hs": "000123"}]}, "goods.0.hs", "unknown_code"),
        ({"goods": [{"hs": 721049}]}, "goods.0.hs", "wrong_type"),
        ({"goods": [{}] * 10_000}, "goods", "too_many"),
        ({"title": {"en": "a\u202eb"}}, "title.en", "direction_character"),
        ({"title": {"en": "a\x00b"}}, "title.en", "control_character"),
        (
            {"conveyances": [{"type": "container", "number": "ZXQU1004829"}]},
            "conveyances.0.number",
            "check_digit",
        ),
        ({"observed": ""}, "observed", "empty"),
        ({"nothing": 1}, "", "unknown_field"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    calls: Any, body: dict[str, Any], path: str, code: str
) -> None:
    response = calls.originator.post("records", {"kind": "offence_alert", "body": body})
    assert response.status_code == 422
    assert (path, code) in {(p["path"], p["code"]) for p in response.json()["problems"]}


def test_a_forged_audience_is_refused(calls: Any) -> None:
    handling = alert_handling("XX")
    response = calls.originator.post("records", {"kind": "offence_alert", "handling": handling})
    assert response.status_code == 422
    assert response.json()["problems"][0]["path"].startswith("handling.audience")


def test_lists_are_sorted_as_the_index_is(cast: Any) -> None:
    """Another order of nulls would sort the whole table: twenty times as long at 100,000."""
    rows = queries.visible(cast.identity("recipient")).filter(released_at__isnull=False)
    order = str(Stretch(rows, "released_at").after(None).query).rpartition("ORDER BY")[2]
    assert 'released_at" DESC NULLS LAST' in order
