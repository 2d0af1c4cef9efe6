"""Answers go to the originator and at most to the record's audience."""

from __future__ import annotations

from typing import Any

from tests.cordillera.api.caller import sort_of

ACKNOWLEDGED = {"kind": "acknowledgement", "body": {"result": "noted"}}


def test_a_recipient_acknowledges_and_the_originator_reads_it(calls: Any, alert: Any) -> None:
    response = calls.recipient.post(f"records/{alert.pk}/answers", ACKNOWLEDGED)
    answer = response.json()
    assert (response.status_code, answer["state"], answer["about"]) == (
        201,
        "released",
        str(alert.pk),
    )
    listed = calls.originator.get(f"records/{alert.pk}/answers").json()["items"]
    assert [one["id"] for one in listed] == [answer["id"]]
    assert calls.outsider.get(f"records/{answer['id']}").status_code == 404


def test_answers_are_paged_oldest_first(calls: Any, alert: Any) -> None:
    path = f"records/{alert.pk}/answers"
    for number in range(3):
        body = {"kind": "comment", "body": {"nature": "question", "summary": f"Remark {number}"}}
        assert calls.recipient.post(path, body).status_code == 201
    first = calls.originator.get(f"{path}?limit=2").json()
    second = calls.originator.get(f"{path}?limit=2&cursor={first['next']}").json()
    summaries = [one["summary"] for one in first["items"] + second["items"]]
    assert summaries == ["Remark 0", "Remark 1", "Remark 2"]
    assert calls.originator.get(f"{path}?kind=sighting").json()["items"] == []


def test_an_answer_is_never_wider_than_what_it_answers(calls: Any, alert: Any) -> None:
    content = {**ACKNOWLEDGED, "audience": ["CA", "US"]}
    response = calls.recipient.post(f"records/{alert.pk}/answers", content)
    assert (response.status_code, sort_of(response)) == (422, "invalid")


def test_an_incomplete_answer_is_refused(calls: Any, alert: Any) -> None:
    content = {"kind": "acknowledgement", "body": {}}
    response = calls.recipient.post(f"records/{alert.pk}/answers", content)
    assert response.json()["problems"][0]["code"] == "required"


def test_an_alert_is_no_answer(calls: Any, alert: Any) -> None:
    content = {"kind": "offence_alert", "body": {}}
    assert calls.recipient.post(f"records/{alert.pk}/answers", content).status_code == 422


def test_a_draft_is_not_answered(calls: Any, draft_alert: Any) -> None:
    response = calls.colleague.post(f"records/{draft_alert.pk}/answers", ACKNOWLEDGED)
    assert (response.status_code, sort_of(response)) == (409, "not-now")


def test_who_only_reads_answers_nothing(cast: Any, calls: Any, alert: Any) -> None:
    assert calls.analyst.post(f"records/{alert.pk}/answers", ACKNOWLEDGED).status_code == 403


def test_a_dispute_travels_with_the_record(calls: Any, alert: Any) -> None:
    path = f"records/{alert.pk}"
    assert calls.originator.get(path).json()["disputed"] is False
    body = {"points": [{"field": "goods.0.hs", "should": "721041"}], "summary": "Other coils."}
    content = {"kind": "dispute", "body": body}
    assert calls.recipient.post(f"{path}/answers", content).status_code == 201
    assert calls.originator.get(path).json()["disputed"] is True


def test_a_dispute_proposes_a_choice_by_its_code_or_label(calls: Any, alert: Any) -> None:
    def disputed(field: str, should: str) -> Any:
        body = {"points": [{"field": field, "should": should}], "summary": "Wrong."}
        path = f"records/{alert.pk}/answers"
        return calls.recipient.post(path, {"kind": "dispute", "body": body})

    refused = disputed("goods.0.hs", "other coils")
    assert (refused.status_code, sort_of(refused)) == (422, "invalid")
    (wrong,) = refused.json()["problems"]
    assert (wrong["path"], wrong["code"]) == ("points.0.should", "unknown_code")
    assert wrong["message"] == "“other coils” is not in the list “Harmonized System”."
    for field, should, kept in (
        ("goods.0.hs", "7210.41", "721041"),
        ("conveyances.0.type", "lorry", "truck"),
        ("typology", "origin_fraud, wildlife", "origin_fraud, wildlife"),
        ("location.place", "usELP", "USELP"),
    ):
        sent = disputed(field, should)
        assert sent.status_code == 201, sent.json()
        assert sent.json()["body"]["points"][0]["should"] == kept


def test_a_dispute_is_decided_over_the_api(calls: Any, alert: Any) -> None:
    body = {"points": [{"field": "goods.0.hs", "should": "721041"}], "summary": "Other coils."}
    sent = calls.recipient.post(
        f"records/{alert.pk}/answers", {"kind": "dispute", "body": body}
    ).json()
    assert [one["id"] for one in calls.originator.get("disputes").json()["items"]] == [sent["id"]]
    ruling = {"body": {"outcome": "rejected", "summary": "The certificate says so."}}
    assert calls.recipient.post(f"records/{sent['id']}/ruling", ruling).status_code == 403
    made = calls.originator.post(f"records/{sent['id']}/ruling", ruling)
    assert made.status_code == 201
    approved = calls.colleague.post(
        f"records/{made.json()['id']}/approve", {}, If_Match=made["ETag"]
    )
    assert approved.status_code == 200
    (one,) = calls.recipient.get(f"records/{alert.pk}/disputes").json()["items"]
    assert (one["outcome"], one["closed_by"]) == ("rejected", made.json()["id"])
    assert calls.recipient.get(f"records/{alert.pk}").json()["disputed"] is False
