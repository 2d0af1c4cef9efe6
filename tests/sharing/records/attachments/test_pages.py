"""Sending, showing and downloading files, for the whole standing cast."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from cordillera.access.session import acting_as
from sharing.records.attachments import sealed
from sharing.records.attachments.models import Attachment
from tests.conftest import Cast, released

from .conftest import PDF, attach

MIB = 1024 * 1024


def client(cast: Cast, part: str) -> Client:
    made = Client()
    made.force_login(getattr(cast, part))
    return made


def begin(browser: Client, record: Any, name: str = "invoice.pdf", size: int = len(PDF)) -> Any:
    return browser.post(
        reverse("record-attachments", args=[record.pk]),
        json.dumps({"name": name, "size": size}),
        content_type="application/json",
    )


def put(browser: Client, record: Any, file: str, number: int, plain: bytes) -> Any:
    address = reverse("attachment-part", args=[record.pk, file, number])
    return browser.put(address, plain, content_type="application/octet-stream")


def whole(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_script_sends_a_file_in_parts_and_goes_on_after_a_break(
    cast: Cast, draft_alert: Any
) -> None:
    browser, plain = client(cast, "originator"), PDF + bytes(2 * MIB)
    place = begin(browser, draft_alert, size=len(plain)).json()
    for number in (0, 2):
        part = plain[number * MIB : (number + 1) * MIB]
        assert put(browser, draft_alert, place["id"], number, part).status_code == 204
    asked = browser.get(reverse("attachment-parts", args=[draft_alert.pk, place["id"]])).json()
    assert asked["here"] == [0, 2]
    put(browser, draft_alert, place["id"], 1, plain[MIB : 2 * MIB])
    done = browser.post(reverse("attachment-finish", args=[draft_alert.pk, place["id"]]))
    assert done.json()["state"] == "ready"
    got = browser.get(reverse("attachment", args=[draft_alert.pk, place["id"]]))
    assert whole(got) == plain


def test_a_form_without_scripts_sends_a_small_file(cast: Cast, draft_alert: Any) -> None:
    browser, address = (
        client(cast, "originator"),
        reverse("record-attachments", args=[draft_alert.pk]),
    )
    answer = browser.post(address, {"file": SimpleUploadedFile("invoice.pdf", PDF)}, follow=True)
    assert answer.status_code == 200
    assert "invoice.pdf" in answer.content.decode()


def test_what_is_not_taken_is_said_at_the_field(cast: Cast, draft_alert: Any) -> None:
    browser, address = (
        client(cast, "originator"),
        reverse("record-attachments", args=[draft_alert.pk]),
    )
    answer = browser.post(address, {"file": SimpleUploadedFile("invoice.pdf", b"MZ\x90\0" * 50)})
    page = answer.content.decode()
    assert (answer.status_code, 'id="f-attachments-error"' in page) == (422, True)
    with acting_as(cast.identity("originator")):
        assert not Attachment.objects.exclude(state="purged").exists()


def test_a_program_is_refused_with_its_first_part(cast: Cast, draft_alert: Any) -> None:
    browser = client(cast, "originator")
    assert begin(browser, draft_alert, name="setup.exe").status_code == 422
    place = begin(browser, draft_alert, size=2 * MIB).json()
    answer = put(browser, draft_alert, place["id"], 0, b"MZ" + bytes(MIB - 2))
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, "program")


@pytest.mark.parametrize("size", [0, -1, sealed.LARGEST_FILE + 1])
def test_sizes_that_are_refused(cast: Cast, draft_alert: Any, size: int) -> None:
    assert begin(client(cast, "originator"), draft_alert, size=size).status_code == 422


@pytest.mark.parametrize("body", ["{", "[]", '{"name": "a.pdf"}', '{"name": 1, "size": "x"}'])
def test_nonsense_is_refused(cast: Cast, draft_alert: Any, body: str) -> None:
    address = reverse("record-attachments", args=[draft_alert.pk])
    answer = client(cast, "originator").post(address, body, content_type="application/json")
    assert answer.status_code == 400


def test_a_download_leaves_the_browser_nothing_to_guess(cast: Cast, draft_alert: Any) -> None:
    file = attach(cast, draft_alert, name="Año «1».pdf")
    address = reverse("attachment", args=[draft_alert.pk, file.pk])
    answer = client(cast, "originator").get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''A%C3%B1o")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("wanted", "status", "span"),
    [
        ("bytes=0-9", 206, (0, 10)),
        ("bytes=5-", 206, (5, len(PDF))),
        ("bytes=9-3", 200, (0, len(PDF))),
        ("bytes=-5", 200, (0, len(PDF))),
        ("lines=1-2", 200, (0, len(PDF))),
    ],
)
def test_a_part_of_a_file(
    cast: Cast, draft_alert: Any, wanted: str, status: int, span: tuple[int, int]
) -> None:
    file = attach(cast, draft_alert)
    address = reverse("attachment", args=[draft_alert.pk, file.pk])
    answer = client(cast, "originator").get(address, headers={"Range": wanted})
    assert answer.status_code == status
    assert whole(answer) == PDF[span[0] : span[1]]


def test_behind_its_end_a_file_has_nothing(cast: Cast, draft_alert: Any) -> None:
    file = attach(cast, draft_alert)
    address = reverse("attachment", args=[draft_alert.pk, file.pk])
    answer = client(cast, "originator").get(address, headers={"Range": f"bytes={len(PDF)}-"})
    assert answer.status_code == 416


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("originator", 200),
        ("colleague", 200),
        ("recipient", 200),
        ("analyst", 200),
        ("outsider", 404),
        ("auditor", 404),
        ("admin", 403),
    ],
)
def test_who_may_download(cast: Cast, draft_alert: Any, part: str, status: int) -> None:
    file = attach(cast, draft_alert)
    record = released(cast, draft_alert)
    address = reverse("attachment", args=[record.pk, file.pk])
    assert client(cast, part).get(address).status_code == status


@pytest.mark.parametrize("part", ["recipient", "outsider", "auditor", "admin", "analyst"])
def test_nobody_else_touches_a_drafts_files(cast: Cast, draft_alert: Any, part: str) -> None:
    file = attach(cast, draft_alert)
    browser, ids = client(cast, part), [draft_alert.pk, file.pk]
    answers = [
        begin(browser, draft_alert),
        put(browser, draft_alert, str(file.pk), 0, PDF),
        browser.get(reverse("record-attachments", args=ids[:1])),
        browser.get(reverse("attachment-parts", args=ids)),
        browser.get(reverse("attachment", args=ids)),
        browser.post(reverse("attachment-finish", args=ids)),
        browser.post(reverse("attachment-remove", args=ids)),
    ]
    assert {answer.status_code for answer in answers} <= {403, 404}
    with acting_as(cast.identity("originator")):
        assert Attachment.objects.get().state == Attachment.READY


def test_a_released_records_files_stay_as_they_are(cast: Cast, draft_alert: Any) -> None:
    file = attach(cast, draft_alert)
    record, browser = released(cast, draft_alert), client(cast, "originator")
    assert begin(browser, record).status_code == 409
    assert put(browser, record, str(file.pk), 0, PDF).status_code == 409
    assert browser.post(reverse("attachment-remove", args=[record.pk, file.pk])).status_code == 409


def test_a_file_of_another_record_is_not_found(cast: Cast, draft_alert: Any, alert: Any) -> None:
    address = reverse("attachment", args=[alert.pk, uuid4()])
    assert client(cast, "recipient").get(address).status_code == 404


def test_the_record_page_lists_its_files_and_a_download_is_logged(
    cast: Cast, draft_alert: Any
) -> None:
    file = attach(cast, draft_alert)
    record, browser = released(cast, draft_alert), client(cast, "recipient")
    page = browser.get(reverse("record", args=[record.pk])).content.decode()
    address = reverse("attachment", args=[record.pk, file.pk])
    assert address in page
    whole(browser.get(address))
    with acting_as(cast.identity("auditor")):
        entry = Entry.objects.filter(tag="record:download").latest("id")
    assert entry.detail["file"] == str(file.pk)
