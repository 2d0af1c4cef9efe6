"""What a token's holder sends beyond what he may say."""

from __future__ import annotations

from typing import Any

import pytest

from cordillera.access.session import acting_as
from sharing.records.models import Record
from tests.conftest import Cast, alert_body, alert_handling


@pytest.mark.parametrize(
    "more",
    [
        {"originator": "US"},
        {"state": "released"},
        {"reference": "US-OA-2026-00001"},
        {"approved_by": "00000000-0000-0000-0000-000000000000"},
        {"authors": []},
    ],
)
def test_nothing_is_set_that_is_not_asked_for(cast: Cast, calls: Any, more: Any) -> None:
    new: dict[str, Any] = {"kind": "offence_alert", "body": alert_body()}
    new["handling"] = alert_handling("MX")
    assert calls.outsider.post("records", {**new, **more}).status_code == 422
    for part in ("body", "handling"):
        assert (
            calls.outsider.post("records", {**new, part: {**new[part], **more}}).status_code == 422
        )
    with acting_as(cast.identity("outsider")):
        assert not Record.objects.exists()


def test_a_key_of_another_account_replays_nothing(calls: Any, alert: Any) -> None:
    answer = {"kind": "comment", "body": {"nature": "comment", "summary": "Seen in May."}}
    first = calls.recipient.post(f"records/{alert.pk}/answers", answer, Idempotency_Key="k")
    assert first.status_code == 201
    for caller in (calls.outsider, calls.originator):
        again = caller.post(f"records/{alert.pk}/answers", answer, Idempotency_Key="k")
        assert "Idempotency-Replayed" not in again
        assert first.json()["id"] not in again.content.decode()


def test_who_joined_later_gets_no_earlier_version(cast: Cast, calls: Any, alert: Any) -> None:
    made = calls.originator.post(f"records/{alert.pk}/amend")
    new = {"handling": {"audience": ["MX", "CA"]}, "body": {"summary": "Told to all now."}}
    path = f"records/{alert.pk}"
    calls.originator("PATCH", f"{path}/draft", new, If_Match=made["ETag"])
    calls.originator.post(f"{path}/submit")
    assert calls.outsider.get(path).status_code == 404
    assert calls.colleague.post(f"{path}/approve", If_Match="*").status_code == 200
    assert [v["number"] for v in calls.outsider.get(f"{path}/versions").json()["items"]] == [2]
    for end in ("", "/signature"):
        assert calls.outsider.get(f"{path}/versions/1{end}").status_code == 404


def test_an_answer_to_what_is_not_seen_any_more_is_gone_too(
    cast: Cast, calls: Any, release: Any
) -> None:
    record = release("MX", "CA")
    body = {"nature": "comment", "summary": "Seen in May."}
    made = calls.recipient.post(f"records/{record.pk}/answers", {"kind": "comment", "body": body})
    answer = f"records/{made.json()['id']}"
    assert calls.outsider.get(answer).status_code == 200
    calls.originator.post(f"records/{record.pk}/recall", {"reason": "Wrong."})
    assert calls.colleague.post(f"records/{record.pk}/approve", If_Match="*").status_code == 200
    for path in (answer, f"{answer}/versions", f"{answer}/versions/1", f"{answer}/duplicates"):
        assert calls.outsider.get(path).status_code == 404
    assert calls.outsider.get("search?q=May").json()["total"] == 0
    assert calls.outsider.get(f"records?about={record.pk}").json()["items"] == []


def test_an_answer_is_not_amended_to_reach_further_than_what_it_answers(
    calls: Any, alert: Any
) -> None:
    body = {"nature": "comment", "summary": "Seen in May."}
    made = calls.recipient.post(f"records/{alert.pk}/answers", {"kind": "comment", "body": body})
    path = f"records/{made.json()['id']}"
    days = {"review_on": "2027-06-13", "expires_on": "2027-12-13"}
    assert calls.recipient.post(f"{path}/amend").status_code == 409
    assert calls.recipient.post(f"{path}/renew", days).status_code == 409
    assert calls.recipient.get(path).json()["state"] == "released"
