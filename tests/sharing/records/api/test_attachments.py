"""A record's files over the API: sent in parts, read in parts, each by whom the table lets."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from cordillera.access.session import acting_as
from cordillera.crypto import strict
from sharing.records import actions
from sharing.records.attachments.models import Attachment
from tests.conftest import Cast, alert_body, alert_handling, released
from tests.cordillera.api.caller import Caller, entries, sort_of
from tests.sharing.records.attachments.conftest import PDF, attach, bytes_in, media

__all__ = ["media"]
MIB = 1024 * 1024
LONG = PDF + bytes(2 * MIB)
pytestmark = pytest.mark.usefixtures("media")


def begin(caller: Any, record: Any, plain: bytes = PDF, name: str = "invoice.pdf", **h: str) -> Any:
    content = {"name": name, "size": len(plain)}
    return caller.post(f"records/{record.pk}/attachments", content, **h)


def put(caller: Any, record: Any, file: str, offset: int, plain: bytes) -> Any:
    path = f"records/{record.pk}/attachments/{file}/content?offset={offset}"
    return caller("PUT", path, plain, content_type="application/octet-stream")


def finish(caller: Any, record: Any, file: str, **said: str) -> Any:
    return caller.post(f"records/{record.pk}/attachments/{file}/finish", said)


def send(caller: Any, record: Any, plain: bytes = PDF, name: str = "invoice.pdf") -> Any:
    file = begin(caller, record, plain, name).json()["id"]
    for offset in range(0, len(plain), 2 * MIB):
        put(caller, record, file, offset, plain[offset : offset + 2 * MIB])
    return finish(caller, record, file)


def get(caller: Any, record: Any, file: Any, **headers: str) -> Any:
    return caller.get(f"records/{record.pk}/attachments/{file}/content", **headers)


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_file_is_sent_in_parts_and_comes_back_whole(calls: Any, draft_alert: Any) -> None:
    begun = begin(calls.originator, draft_alert, LONG)
    file = begun.json()
    assert (begun.status_code, file["state"], file["offset"]) == (201, "uploading", 0)
    assert begun["Location"] == f"/api/v1/records/{draft_alert.pk}/attachments/{file['id']}"
    assert put(calls.originator, draft_alert, file["id"], 0, LONG[: 2 * MIB]).status_code == 200
    last = put(calls.originator, draft_alert, file["id"], 2 * MIB, LONG[2 * MIB :])
    assert last.json()["offset"] == len(LONG)
    digest = strict.encode(hashlib.sha256(LONG).digest())
    done = finish(calls.originator, draft_alert, file["id"], sha256=digest).json()
    assert (done["state"], done["media_type"], done["sha256"]) == (
        "ready",
        "application/pdf",
        digest,
    )
    assert content(get(calls.originator, draft_alert, file["id"])) == LONG


def test_after_an_interruption_the_offset_says_where_to_go_on(calls: Any, draft_alert: Any) -> None:
    file = begin(calls.originator, draft_alert, LONG).json()["id"]
    put(calls.originator, draft_alert, file, 0, LONG[:MIB])
    put(calls.originator, draft_alert, file, 2 * MIB, LONG[2 * MIB :])
    assert finish(calls.originator, draft_alert, file).status_code == 422
    path = f"records/{draft_alert.pk}/attachments/{file}"
    assert calls.originator.get(path).json()["offset"] == MIB
    put(calls.originator, draft_alert, file, MIB, LONG[MIB : 2 * MIB])
    put(calls.originator, draft_alert, file, MIB, LONG[MIB : 2 * MIB])
    assert finish(calls.originator, draft_alert, file).json()["state"] == "ready"
    assert finish(calls.originator, draft_alert, file).json()["state"] == "ready"
    assert sort_of(put(calls.originator, draft_alert, file, 0, LONG[:MIB])) == "not-now"


@pytest.mark.parametrize(
    ("offset", "plain", "code"),
    [(5, b"x", "offset"), (0, b"short", "length"), (0, b"", "length"), (1 << 30, b"x", "length")],
)
def test_a_part_of_another_place_or_length_changes_nothing(
    calls: Any, draft_alert: Any, offset: int, plain: bytes, code: str
) -> None:
    file = begin(calls.originator, draft_alert, LONG).json()["id"]
    answer = put(calls.originator, draft_alert, file, offset, plain)
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, code)
    assert finish(calls.originator, draft_alert, file).json()["problems"][0]["code"] == "incomplete"


@pytest.mark.parametrize(
    ("name", "plain", "code"),
    [("a.exe", PDF, "program"), ("a.xyz", PDF, "type"), ("a.pdf", b"", "empty")],
)
def test_what_no_name_or_size_of_is_taken_is_not_begun(
    calls: Any, draft_alert: Any, name: str, plain: bytes, code: str
) -> None:
    answer = begin(calls.originator, draft_alert, plain, name)
    assert (answer.status_code, sort_of(answer)) == (422, "invalid")
    assert answer.json()["problems"][0]["code"] == code


def test_over_the_quota_the_problem_says_what_was_wanted(
    calls: Any, draft_alert: Any, settings: Any
) -> None:
    settings.ATTACHMENT_OFFICER_BYTES = 10
    answer = begin(calls.originator, draft_alert)
    [problem] = answer.json()["problems"]
    assert (answer.status_code, problem["code"]) == (422, "officer_quota")
    numbers = {name: problem[name] for name in ("limit", "used", "wanted")}
    assert numbers == {"limit": 10, "used": 0, "wanted": len(PDF)}


def test_a_file_that_is_not_what_its_name_says_is_removed(
    calls: Any, draft_alert: Any, media: Any
) -> None:
    file = begin(calls.originator, draft_alert, b"MZ\x90\0" * 50).json()["id"]
    answer = put(calls.originator, draft_alert, file, 0, b"MZ\x90\0" * 50)
    assert (sort_of(answer), answer.json()["problems"][0]["code"]) == ("invalid", "program")
    path = f"records/{draft_alert.pk}/attachments"
    assert calls.originator.get(path).json()["items"] == []
    assert bytes_in(media) == []


def test_a_file_that_was_spoilt_on_its_way_is_removed(calls: Any, draft_alert: Any) -> None:
    file = begin(calls.originator, draft_alert).json()["id"]
    put(calls.originator, draft_alert, file, 0, PDF)
    answer = finish(calls.originator, draft_alert, file, sha256="A" * 43)
    assert answer.json()["problems"][0]["code"] == "digest"
    assert get(calls.originator, draft_alert, file).status_code == 404


def test_beginning_twice_under_one_key_begins_once(calls: Any, draft_alert: Any) -> None:
    first, second = (
        begin(calls.originator, draft_alert, Idempotency_Key="invoice-1").json() for _ in range(2)
    )
    assert first["id"] == second["id"]


def test_a_range_is_answered_with_that_range(calls: Any, draft_alert: Any) -> None:
    file = send(calls.originator, draft_alert, LONG).json()["id"]
    answer = get(calls.originator, draft_alert, file, Range=f"bytes={MIB - 3}-{MIB + 2}")
    assert (answer.status_code, content(answer)) == (206, LONG[MIB - 3 : MIB + 3])
    assert answer["Content-Range"] == f"bytes {MIB - 3}-{MIB + 2}/{len(LONG)}"
    beyond = get(calls.originator, draft_alert, file, Range=f"bytes={len(LONG)}-")
    assert (beyond.status_code, sort_of(beyond)) == (416, "range")
    assert beyond["Content-Range"] == f"bytes */{len(LONG)}"


def test_bytes_are_given_whatever_is_accepted(calls: Any, draft_alert: Any) -> None:
    file = send(calls.originator, draft_alert).json()["id"]
    assert get(calls.originator, draft_alert, file, Accept="application/pdf").status_code == 200
    assert sort_of(get(calls.originator, draft_alert, uuid4(), Accept="image/png")) == "not-found"


def test_what_is_not_whole_cannot_be_downloaded(calls: Any, draft_alert: Any) -> None:
    file = begin(calls.originator, draft_alert).json()["id"]
    answer = get(calls.originator, draft_alert, file)
    assert (answer.status_code, sort_of(answer)) == (409, "not-now")


@pytest.mark.parametrize("state", ["arriving", "quarantined", "refused"])
def test_what_has_not_come_or_waits_for_the_scanner_is_not_given(
    cast: Cast, calls: Any, draft_alert: Any, state: str
) -> None:
    file = attach(cast, draft_alert)
    released(cast, draft_alert)
    with acting_as(cast.identity("originator")):
        held = Attachment.objects.get(pk=file.pk)
        held.state, held.sealed_key = state, None
        held.save()
    answer = get(calls.recipient, draft_alert, file.pk)
    assert (answer.status_code, sort_of(answer)) == (409, "not-now")
    listed = calls.recipient.get(f"records/{draft_alert.pk}/attachments").json()["items"]
    assert [one["state"] for one in listed] == [state]


def test_a_draft_file_is_the_own_partys_alone(calls: Any, draft_alert: Any) -> None:
    file = send(calls.originator, draft_alert).json()["id"]
    assert get(calls.colleague, draft_alert, file).status_code == 200
    for part in ("recipient", "outsider"):
        caller = getattr(calls, part)
        assert caller.get(f"records/{draft_alert.pk}/attachments").status_code == 404
        assert get(caller, draft_alert, file).status_code == 404
        assert begin(caller, draft_alert).status_code == 404
        assert put(caller, draft_alert, file, 0, PDF).status_code == 404


def test_a_released_file_is_its_audiences_and_each_download_is_logged(
    cast: Cast, calls: Any, draft_alert: Any
) -> None:
    file = send(calls.originator, draft_alert).json()["id"]
    record = released(cast, draft_alert)
    assert content(get(calls.recipient, record, file)) == PDF
    assert entries("MX", "record:download") == 1
    assert get(calls.outsider, record, file).status_code == 404
    assert begin(calls.recipient, record).status_code == 403
    assert sort_of(begin(calls.originator, record)) == "not-now"
    path = f"records/{record.pk}/attachments/{file}/delete"
    assert calls.recipient.post(path).status_code == 403


def test_an_open_amendments_file_is_seen_by_nobody_else(cast: Cast, calls: Any, alert: Any) -> None:
    by = cast.identity("originator")
    with acting_as(by):
        actions.amend(record=alert, by=by)
    file = send(calls.originator, alert).json()
    assert file["since"] == 2
    assert get(calls.recipient, alert, file["id"]).status_code == 404
    assert calls.recipient.get(f"records/{alert.pk}/attachments").json()["items"] == []


def test_a_recalled_records_files_are_gone_for_its_recipients(
    cast: Cast, calls: Any, draft_alert: Any
) -> None:
    file = send(calls.originator, draft_alert).json()["id"]
    record = released(cast, draft_alert)
    with acting_as(cast.identity("originator")):
        actions.propose_recall(record=record, by=cast.identity("originator"), reason="Wrong.")
    with acting_as(cast.identity("colleague")):
        actions.approve(record=record, by=cast.identity("colleague"))
    assert get(calls.recipient, record, file).status_code == 404
    assert calls.recipient.get(f"records/{record.pk}/attachments").status_code == 404


def test_a_red_records_files_are_the_named_officers(cast: Cast, calls: Any) -> None:
    by = cast.identity("originator")
    named = [str(cast.recipient.pk)]
    with acting_as(by):
        handling = {**alert_handling("MX"), "tlp": "RED", "named": named}
        draft = actions.draft(kind="offence_alert", by=by, body=alert_body(), handling=handling)
    file = send(calls.originator, draft).json()["id"]
    record = released(cast, draft)
    assert get(calls.recipient, record, file).status_code == 200
    assert get(calls.analyst, record, file).status_code == 404
    assert get(calls.outsider, record, file).status_code == 404


def test_a_file_is_removed_once_and_its_bytes_with_it(
    calls: Any, draft_alert: Any, media: Any, django_capture_on_commit_callbacks: Any
) -> None:
    file = send(calls.originator, draft_alert).json()["id"]
    path = f"records/{draft_alert.pk}/attachments/{file}/delete"
    with django_capture_on_commit_callbacks(execute=True):
        assert calls.originator.post(path).json() == {"id": file}
    assert calls.originator.post(path).status_code == 404
    assert bytes_in(media) == []


def test_a_token_does_what_its_scopes_name(cast: Cast, draft_alert: Any) -> None:
    reads = Caller(cast.originator, "read")
    drafts = Caller(cast.originator, "read", "draft")
    file = send(drafts, draft_alert).json()["id"]
    assert get(reads, draft_alert, file).status_code == 200
    assert begin(reads, draft_alert).status_code == 403
    assert put(reads, draft_alert, file, 0, PDF).status_code == 403
    assert get(Caller(cast.originator, "draft"), draft_alert, file).status_code == 403


def test_an_answer_is_begun_and_sent_with_its_files(calls: Any, alert: Any) -> None:
    path = f"records/{alert.pk}/answers"
    begun = calls.recipient.post(f"{path}/begin", {"kind": "comment"}).json()
    assert calls.recipient.post(f"{path}/begin", {"kind": "comment"}).json() == begun
    where = SimpleNamespace(pk=begun["id"])
    file = send(calls.recipient, where).json()["id"]
    body = {"nature": "comment", "summary": "The invoice that we hold says something else."}
    answer = {"kind": "comment", "body": body}
    unknown = calls.recipient.post(path, {**answer, "draft": str(uuid4())})
    assert unknown.json()["problems"][0]["path"] == "draft"
    assert calls.originator.get(path).json()["items"] == []
    sent = calls.recipient.post(path, {**answer, "draft": begun["id"]})
    assert (sent.status_code, sent.json()["id"]) == (201, begun["id"])
    assert content(get(calls.originator, where, file)) == PDF


def test_another_ones_begun_answer_is_not_sent(calls: Any, alert: Any) -> None:
    path = f"records/{alert.pk}/answers"
    begun = calls.recipient.post(f"{path}/begin", {"kind": "comment"}).json()
    body = {"nature": "comment", "summary": "Not mine."}
    answer = {"kind": "comment", "body": body, "draft": begun["id"]}
    assert calls.originator.post(path, answer).status_code == 422
    assert calls.analyst.post(f"{path}/begin", {"kind": "comment"}).status_code == 403
