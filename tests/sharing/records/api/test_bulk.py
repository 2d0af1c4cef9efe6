"""Many drafts at once: a result for every row, and a dry run that changes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from audit.models import Entry
from cordillera.access.session import acting_as
from sharing.records.models import Record
from tests.conftest import alert_body, alert_handling
from tests.cordillera.api.caller import Caller, sort_of

WHOLE = {"kind": "offence_alert", "body": alert_body(), "handling": alert_handling("MX")}


def upload(caller: Caller, *rows: Any, query: str = "", **headers: str) -> Any:
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    body = b"\n".join(lines)
    return caller("POST", f"records/bulk{query}", body, "application/x-ndjson", **headers)


def drafts(cast: Any) -> int:
    identity = cast.identity("originator")
    with acting_as(identity):
        return int(Record.objects.visible_to(identity).count())


def test_each_row_has_its_result(cast: Any, calls: Any) -> None:
    response = upload(
        calls.originator,
        WHOLE,
        b"{",
        {"kind": "spell"},
        b"",
        {**WHOLE, "submit": True},
        [],
        {"kind": "offence_alert", "submit": True},
    )
    found = response.json()
    assert (response.status_code, found["accepted"], found["refused"]) == (200, 2, 4)
    assert [row["status"] for row in found["results"]] == [201, 400, 422, 201, 422, 422]
    assert [row["row"] for row in found["results"]] == [1, 2, 3, 4, 5, 6]
    assert found["results"][2]["problem"]["problems"][0]["path"] == "kind"
    assert drafts(cast) == 2


def test_a_dry_run_changes_nothing(cast: Any, calls: Any) -> None:
    with acting_as(cast.identity("originator")):
        before = Entry.objects.count()
    found = upload(calls.originator, WHOLE, b"{", query="?dry_run=1", Idempotency_Key="a").json()
    assert (found["dry_run"], found["accepted"], found["refused"]) == (True, 1, 1)
    assert found["results"][0] == {"row": 1, "status": 201}
    assert drafts(cast) == 0
    with acting_as(cast.identity("originator")):
        assert Entry.objects.count() == before
    in_earnest = upload(calls.originator, WHOLE, b"{", Idempotency_Key="a")
    assert in_earnest.json()["accepted"] == 1


def test_an_upload_sent_twice_has_its_effect_once(cast: Any, calls: Any) -> None:
    first = upload(calls.originator, WHOLE, WHOLE, Idempotency_Key="a")
    second = upload(calls.originator, WHOLE, WHOLE, Idempotency_Key="a")
    assert first.content == second.content
    assert drafts(cast) == 2


def test_too_many_rows_are_refused_whole(cast: Any, calls: Any) -> None:
    response = upload(calls.originator, *[b"{}"] * 201)
    assert (response.status_code, sort_of(response)) == (413, "too-large")
    assert drafts(cast) == 0


@pytest.mark.parametrize("body", [b"", b"\n\n"])
def test_no_row_is_no_upload(calls: Any, body: bytes) -> None:
    response = calls.originator("POST", "records/bulk", body, "application/x-ndjson")
    assert (response.status_code, sort_of(response)) == (400, "malformed")


def test_json_is_not_ndjson(calls: Any) -> None:
    assert calls.originator.post("records/bulk", WHOLE).status_code == 415


def test_who_may_not_draft_uploads_nothing(calls: Any) -> None:
    assert upload(calls.analyst, WHOLE).status_code == 403
