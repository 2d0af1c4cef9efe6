"""One record: read by those who may, written by its originator, never over somebody's save."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from sharing.records import actions
from tests.conftest import acting_as, alert_body, alert_handling, released
from tests.cordillera.api.caller import Caller, entries, sort_of


def test_each_of_the_cast_reads_what_he_may(calls: Any, alert: Any) -> None:
    for part in ("originator", "colleague", "recipient", "analyst"):
        record = getattr(calls, part).get(f"records/{alert.pk}").json()
        assert record["body"]["goods"][0]["hs"] == "721049"
        assert record["reference"] == alert.reference
    assert calls.outsider.get(f"records/{alert.pk}").status_code == 404


def test_a_draft_is_the_originators_alone(calls: Any, draft_alert: Any) -> None:
    assert calls.colleague.get(f"records/{draft_alert.pk}").json()["state"] == "draft"
    for part in ("recipient", "outsider", "analyst"):
        assert getattr(calls, part).get(f"records/{draft_alert.pk}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/draft",
        "/audience-preview",
        "/duplicates",
        "/answers",
        "/versions",
        "/versions/1",
        "/versions/1/signature",
    ],
)
def test_hidden_is_the_same_as_not_there(calls: Any, alert: Any, path: str) -> None:
    nothing = uuid4()
    hidden = calls.outsider.get(f"records/{alert.pk}{path}")
    absent = calls.outsider.get(f"records/{nothing}{path}")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.headers == absent.headers
    assert hidden.content.replace(str(alert.pk).encode(), b"") == absent.content.replace(
        str(nothing).encode(), b""
    )


@pytest.mark.parametrize(
    "step",
    [
        "submit",
        "withdraw",
        "approve",
        "return",
        "amend",
        "discard",
        "recall",
        "renew",
        "delete",
        "answers",
    ],
)
def test_a_hidden_record_is_not_there_for_any_step(calls: Any, alert: Any, step: str) -> None:
    content = {
        "return": {"remark": "x"},
        "recall": {"reason": "x"},
        "renew": {"review_on": "2027-01-01", "expires_on": "2027-02-01"},
        "answers": {"kind": "comment", "body": {}},
    }.get(step, {})
    answers = [
        calls.outsider.post(f"records/{pk}/{step}", content, If_Match="*")
        for pk in (alert.pk, uuid4())
    ]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_reading_another_partys_record_is_written_down(calls: Any, alert: Any) -> None:
    calls.recipient.get(f"records/{alert.pk}")
    calls.colleague.get(f"records/{alert.pk}")
    assert entries("MX", "record:read", about=str(alert.pk)) == 1
    assert entries("US", "record:read") == 0


def test_a_named_record_is_for_the_named(cast: Any, calls: Any) -> None:
    with acting_as(cast.identity("originator")):
        draft = actions.draft(
            kind="offence_alert",
            by=cast.identity("originator"),
            body=alert_body(),
            handling=alert_handling("MX", tlp="RED", named=[str(cast.recipient.pk)]),
        )
    record = released(cast, draft)
    found = calls.recipient.get(f"records/{record.pk}")
    assert found.status_code == 200
    assert str(cast.originator.pk).encode() not in found.content
    assert calls.analyst.get(f"records/{record.pk}").status_code == 404
    assert calls.analyst.get("records").json()["items"] == []


def test_nothing_of_an_amendment_reaches_the_recipient(cast: Any, calls: Any, alert: Any) -> None:
    before = calls.recipient.get(f"records/{alert.pk}").json()
    draft = calls.originator.post(f"records/{alert.pk}/amend").json()
    body = {**draft["body"], "summary": "Secretly better."}
    calls.originator(
        "PUT",
        f"records/{alert.pk}/draft",
        {"body": body, "handling": draft["handling"]},
        If_Match=draft["etag"],
    )
    after = calls.recipient.get(f"records/{alert.pk}").json()
    assert after == before
    assert (after["state"], after["draft"], after["updated_at"]) == ("released", None, None)
    assert calls.originator.get(f"records/{alert.pk}").json()["draft"]["version"] == 2


def test_saving_needs_the_tag_of_what_was_read(calls: Any, draft_alert: Any) -> None:
    content = {"body": alert_body(summary="New."), "handling": alert_handling("MX")}
    path = f"records/{draft_alert.pk}/draft"
    missing = calls.originator("PUT", path, content)
    assert (missing.status_code, sort_of(missing)) == (428, "condition-needed")
    tag = calls.originator.get(path)["ETag"]
    saved = calls.colleague("PUT", path, content, If_Match=tag)
    assert (saved.status_code, saved.json()["body"]["summary"]) == (200, "New.")
    stale = calls.originator("PUT", path, content, If_Match=tag)
    assert (stale.status_code, sort_of(stale)) == (412, "stale")
    assert stale["ETag"] == saved["ETag"] != tag


@pytest.mark.parametrize("tag", ['W/"1.1"', "1.1", '"', '"9.9"', "", '"1.1\xff"'])
def test_other_tags_do_not_match(calls: Any, draft_alert: Any, tag: str) -> None:
    path = f"records/{draft_alert.pk}/draft"
    content = {"body": alert_body(), "handling": alert_handling("MX")}
    assert calls.originator("PUT", path, content, If_Match=tag).status_code == 412


def test_a_patch_changes_what_it_names(calls: Any, draft_alert: Any) -> None:
    response = calls.originator(
        "PATCH",
        f"records/{draft_alert.pk}/draft",
        {"body": {"summary": "Patched.", "priority": None}},
        "application/merge-patch+json",
        If_Match='"0.0", "1.1"',
    )
    body = response.json()["body"]
    assert (response.status_code, body["summary"], "priority" in body) == (200, "Patched.", False)
    assert body["goods"] == draft_alert.pending.body["goods"]


def test_a_recipient_writes_nothing(calls: Any, alert: Any) -> None:
    for method, path in (("PUT", "draft"), ("PATCH", "draft")):
        content: dict[str, Any] = {"body": {}, "handling": {}}
        response = calls.recipient(method, f"records/{alert.pk}/{path}", content, If_Match="*")
        assert response.status_code == 403
    assert calls.recipient.get(f"records/{alert.pk}/draft").status_code == 403


def test_the_preview_names_who_will_see(cast: Any, calls: Any, draft_alert: Any) -> None:
    items = calls.originator.get(f"records/{draft_alert.pk}/audience-preview").json()["items"]
    assert [(row["party"], row["officers"]) for row in items] == [("MX", 2), ("US", 2)]
    assert cast.recipient.name in items[0]["contacts"]


def test_duplicates_are_looked_for_among_what_is_seen(cast: Any, calls: Any, alert: Any) -> None:
    with acting_as(cast.identity("outsider")):
        other = actions.draft(
            kind="offence_alert",
            by=cast.identity("outsider"),
            body=alert_body(),
            handling=alert_handling("CA"),
        )
    assert calls.outsider.get(f"records/{other.pk}/duplicates").json()["items"] == []
    again = calls.originator.post("records", {"kind": "offence_alert", "body": alert_body()}).json()
    found = calls.originator.get(f"records/{again['id']}/duplicates").json()["items"]
    assert [row["record"]["id"] for row in found] == [str(alert.pk)]
    assert "ZXQU1004828" in found[0]["shared"]


def test_the_answer_is_in_the_callers_language(cast: Any, alert: Any) -> None:
    spanish = Caller(cast.recipient, language="es").get(f"records/{alert.pk}")
    assert spanish["Content-Language"] == "es"
