"""A record's whole life over the API, with the same two officers as on the pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import alert_body, alert_handling
from tests.cordillera.api.caller import Caller, sort_of

WHOLE = {"kind": "offence_alert", "body": alert_body(), "handling": alert_handling("MX")}


def test_from_a_draft_to_seen_by_the_other_party(calls: Any) -> None:
    record = calls.originator.post("records", WHOLE).json()
    path = f"records/{record['id']}"
    submitted = calls.originator.post(f"{path}/submit", {"reason": "Arrives on Monday."})
    assert (submitted.status_code, submitted.json()["state"]) == (200, "in_review")
    assert calls.recipient.get(path).status_code == 404
    waiting = calls.colleague.get("approvals").json()["items"][0]
    assert (waiting["reason"], waiting["decidable"]) == ("Arrives on Monday.", True)
    released = calls.colleague.post(f"{path}/approve", {"remark": "Yes."}, If_Match=waiting["etag"])
    assert (released.status_code, released.json()["state"]) == (200, "released")
    assert calls.recipient.get(path).json()["reference"].startswith("US-OA-")


def test_an_incomplete_draft_is_not_submitted(calls: Any) -> None:
    record = calls.originator.post("records", {"kind": "offence_alert"}).json()
    response = calls.originator.post(f"records/{record['id']}/submit")
    assert (response.status_code, sort_of(response)) == (422, "invalid")
    assert {"required"} == {problem["code"] for problem in response.json()["problems"]}


@pytest.fixture
def waiting(calls: Any, draft_alert: Any) -> str:
    calls.originator.post(f"records/{draft_alert.pk}/submit")
    return f"records/{draft_alert.pk}"


def test_approving_needs_the_tag_of_what_was_read(calls: Any, waiting: str) -> None:
    assert calls.colleague.post(f"{waiting}/approve").status_code == 428
    assert calls.colleague.post(f"{waiting}/approve", If_Match='"1.0"').status_code == 412
    assert calls.colleague.get(waiting).json()["state"] == "in_review"


def test_nobody_approves_what_he_wrote(cast: Any, calls: Any, waiting: str) -> None:
    cast.originator.roles = ["officer", "supervisor"]
    cast.originator.save()
    response = Caller(cast.originator).post(f"{waiting}/approve", If_Match="*")
    assert (response.status_code, sort_of(response)) == (403, "refused")


def test_an_approval_sent_twice_is_answered_409(calls: Any, waiting: str) -> None:
    assert calls.colleague.post(f"{waiting}/approve", If_Match="*").status_code == 200
    again = calls.colleague.post(f"{waiting}/approve", If_Match="*")
    assert (again.status_code, sort_of(again)) == (409, "not-now")


def test_approving_takes_the_scope_release(cast: Any, waiting: str) -> None:
    caller = Caller(cast.colleague, "read", "draft")
    assert caller.post(f"{waiting}/approve", If_Match="*").status_code == 403


def test_another_partys_supervisor_finds_nothing(calls: Any, waiting: str) -> None:
    assert calls.outsider.post(f"{waiting}/approve", If_Match="*").status_code == 404
    assert calls.outsider.get("approvals").json()["items"] == []


def test_a_proposal_is_returned_with_a_remark(calls: Any, waiting: str) -> None:
    assert calls.colleague.post(f"{waiting}/return").status_code == 422
    assert calls.colleague.post(f"{waiting}/return", {"remark": ""}).status_code == 422
    response = calls.colleague.post(f"{waiting}/return", {"remark": "Which\nmill?"})
    assert (response.status_code, response.json()["state"]) == (200, "draft")


def test_a_proposal_is_withdrawn(calls: Any, waiting: str) -> None:
    assert calls.originator.post(f"{waiting}/withdraw").json()["state"] == "draft"
    assert calls.originator.post(f"{waiting}/withdraw").status_code == 409


def test_a_recall_is_proposed_and_approved(calls: Any, alert: Any) -> None:
    path = f"records/{alert.pk}"
    assert calls.originator.post(f"{path}/recall", {"reason": "Wrong company."}).status_code == 200
    proposal = calls.colleague.get("approvals").json()["items"][0]
    assert proposal["verb"] == "recall"
    recalled = calls.colleague.post(f"{path}/approve", If_Match=proposal["etag"])
    assert recalled.json()["state"] == "recalled"
    assert calls.recipient.get(path).status_code == 404


def test_an_amendment_is_discarded(calls: Any, alert: Any) -> None:
    path = f"records/{alert.pk}"
    amended = calls.originator.post(f"{path}/amend")
    assert (amended.status_code, amended.json()["number"]) == (201, 2)
    assert calls.originator.post(f"{path}/amend").status_code == 409
    assert calls.originator.post(f"{path}/discard").json()["state"] == "released"


def test_the_dates_are_renewed_by_two_officers(calls: Any, alert: Any) -> None:
    path = f"records/{alert.pk}"
    days = {"review_on": "2027-09-01", "expires_on": "2028-03-01"}
    assert calls.originator.post(f"{path}/renew", {**days, "review_on": "soon"}).status_code == 422
    draft = calls.originator.post(f"{path}/renew", days).json()["draft"]
    released = calls.colleague.post(f"{path}/approve", If_Match=draft["etag"]).json()
    assert released["expires_on"] == "2028-03-01"


def test_a_draft_is_deleted(calls: Any, draft_alert: Any) -> None:
    path = f"records/{draft_alert.pk}"
    assert calls.originator.post(f"{path}/delete").json() == {"id": str(draft_alert.pk)}
    assert calls.originator.get(path).status_code == 404


@pytest.mark.parametrize("step", ["submit", "withdraw", "amend", "discard", "delete"])
def test_a_recipient_takes_none_of_the_originators_steps(calls: Any, alert: Any, step: str) -> None:
    response = calls.recipient.post(f"records/{alert.pk}/{step}")
    assert (response.status_code, sort_of(response)) == (403, "refused")


def test_a_remark_with_hidden_characters_is_refused(calls: Any, waiting: str) -> None:
    response = calls.colleague.post(f"{waiting}/return", {"remark": "a\u202eb"})
    assert response.json()["problems"][0]["code"] == "direction_character"


def test_a_step_that_takes_nothing_refuses_something(calls: Any, waiting: str) -> None:
    assert calls.originator.post(f"{waiting}/withdraw", {"force": True}).status_code == 422
