"""Files that go with an answer: sent to a draft of it, released with it, gone with it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cordillera import clock
from cordillera.access.session import acting_as
from sharing.desk import deadlines
from sharing.records import actions, queries
from sharing.records.actions.begun import LEFT_AFTER, begun
from sharing.records.attachments.models import Attachment
from sharing.records.models import Record
from sharing.records.problems import NotNow
from tests.conftest import Cast

from .conftest import PDF, bytes_in
from .test_pages import client, put, whole

SEEN = {"result": "hit_confirmed", "place": "MXNLD", "seen_at": "2026-11-20T10:00:00Z"}
COMMENT = {"nature": "comment", "summary": "The invoice that we hold says something else."}


def address(alert: Any, kind: str = "sighting") -> str:
    return f"/records/{alert.pk}/{kind}/"


def begin(browser: Client, alert: Any, kind: str = "sighting", size: int = len(PDF)) -> Any:
    content = json.dumps({"name": "photo.pdf", "size": size})
    where = f"{address(alert, kind)}files/"
    return browser.post(where, content, content_type="application/json")


def sent(browser: Client, alert: Any, kind: str = "sighting") -> dict[str, Any]:
    """A file, sent whole to the officer's draft of an answer."""
    place: dict[str, Any] = begin(browser, alert, kind).json()
    browser.put(
        f"{place['url']}{place['id']}/parts/0/", PDF, content_type="application/octet-stream"
    )
    assert browser.post(f"{place['url']}{place['id']}/finish/").json()["state"] == "ready"
    return place


def answers(cast: Cast, alert: Any, part: str = "originator") -> list[Record]:
    by = cast.identity(part)
    with acting_as(by):
        return list(queries.answers(by, alert))


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.pdf", PDF)


@pytest.mark.parametrize(("kind", "typed"), [("sighting", SEEN), ("comment", COMMENT)])
def test_files_leave_together_with_the_answer(
    cast: Cast, alert: Any, kind: str, typed: dict[str, str]
) -> None:
    browser = client(cast, "recipient")
    place = sent(browser, alert, kind)
    assert answers(cast, alert) == []
    assert browser.post(address(alert, kind), typed).status_code == 302
    [answer] = answers(cast, alert)
    got = client(cast, "originator").get(f"/records/{answer.pk}/attachments/{place['id']}/")
    assert whole(got) == PDF
    page = client(cast, "originator").get(f"/records/{alert.pk}/answers/").content.decode()
    assert f"/records/{answer.pk}/attachments/{place['id']}/" in page
    assert client(cast, "outsider").get(f"/records/{answer.pk}/").status_code == 404


def test_what_is_signed_names_the_files(cast: Cast, alert: Any) -> None:
    browser = client(cast, "recipient")
    place = sent(browser, alert)
    browser.post(address(alert), SEEN)
    [answer] = answers(cast, alert)
    with acting_as(cast.identity("originator")):
        assert answer.current is not None
        signature = queries.signature(answer.current)
    assert signature["verified"]
    assert [one["id"] for one in signature["payload"]["attachments"]] == [place["id"]]


def test_a_plain_form_carries_small_files(cast: Cast, alert: Any) -> None:
    browser = client(cast, "recipient")
    answer = browser.post(address(alert), {**SEEN, "file": [upload(), upload()]})
    assert answer.status_code == 302
    with acting_as(cast.identity("recipient")):
        assert Attachment.objects.filter(state="ready").count() == 2


def test_what_was_typed_and_what_was_taken_stays_when_a_file_is_refused(
    cast: Cast, alert: Any
) -> None:
    browser = client(cast, "recipient")
    bad = SimpleUploadedFile("photo.jpg", b"MZ\x90\0" * 50)
    typed = {**SEEN, "summary": "Seen at gate 4.", "file": [upload(), bad]}
    page = browser.post(address(alert), typed)
    assert page.status_code == 422
    assert "Seen at gate 4." in page.content.decode()
    assert page.context["attachment_problem"]
    assert [row.file.name for row in page.context["attachments"]] == ["photo.pdf"]
    assert answers(cast, alert) == []


def test_a_file_is_added_and_removed_without_sending(cast: Cast, alert: Any) -> None:
    browser = client(cast, "recipient")
    typed = {"summary": "Half of it.", "add-file": "1"}
    page = browser.post(address(alert), {**typed, "file": upload()})
    [row] = page.context["attachments"]
    assert (page.status_code, "Half of it." in page.content.decode()) == (200, True)
    page = browser.post(address(alert), {"summary": "More.", "remove-file": str(row.file.pk)})
    assert (page.context["attachments"], "More." in page.content.decode()) == ([], True)
    assert browser.post(address(alert), {"add-file": "1"}).status_code == 422


def test_it_is_not_sent_while_a_file_is_not_whole(cast: Cast, alert: Any) -> None:
    browser = client(cast, "recipient")
    begin(browser, alert)
    page = browser.post(address(alert), SEEN)
    assert (page.status_code, bool(page.context["attachment_problem"])) == (422, True)
    assert answers(cast, alert) == []


def test_files_are_there_again_when_the_officer_comes_back(cast: Cast, alert: Any) -> None:
    place = sent(client(cast, "recipient"), alert)
    page = client(cast, "recipient").get(address(alert))
    assert [str(row.file.pk) for row in page.context["attachments"]] == [place["id"]]
    again = begin(client(cast, "recipient"), alert).json()
    assert again["url"] == place["url"]


def test_a_begun_answer_is_its_officers_alone(cast: Cast, alert: Any) -> None:
    place = sent(client(cast, "recipient"), alert)
    for part in ("originator", "outsider"):
        assert client(cast, part).get(f"{place['url']}{place['id']}/").status_code == 404
    for part in ("recipient", "analyst"):
        by = cast.identity(part)
        with acting_as(by):
            assert not queries.visible(by).filter(about=alert).exists()
    with acting_as(cast.identity("recipient")):
        draft = begun(alert, "sighting", cast.identity("recipient"))
    other = cast.recipient.__class__.objects.create(
        username="mx.other", party_id="MX", roles=["officer"], name="Other"
    )
    browser = Client()
    browser.force_login(other)
    assert begin(browser, alert).json()["url"] != place["url"]
    assert put(browser, draft, place["id"], 0, PDF).status_code == 404


@pytest.mark.parametrize("part", ["outsider", "auditor", "admin", "analyst"])
def test_who_may_not_answer_begins_nothing(cast: Cast, alert: Any, part: str) -> None:
    assert begin(client(cast, part), alert).status_code in (403, 404)
    with acting_as(cast.identity("recipient")):
        assert not Attachment.objects.exists()


def test_acknowledgements_take_no_files(cast: Cast, alert: Any) -> None:
    assert begin(client(cast, "recipient"), alert, "acknowledgement").status_code == 404


def test_what_is_left_lying_goes_with_its_files(
    cast: Cast, alert: Any, media: Any, django_capture_on_commit_callbacks: Any
) -> None:
    sent(client(cast, "recipient"), alert)
    assert deadlines.run("MX")["given up"] == 0
    later = clock.now() + LEFT_AFTER + timedelta(minutes=1)
    with django_capture_on_commit_callbacks(execute=True), clock.at(later):
        assert deadlines.run("MX")["given up"] == 1
    assert bytes_in(media) == []
    assert client(cast, "recipient").get(address(alert)).context["attachments"] == []


def test_a_begun_answer_leaves_by_no_other_way(cast: Cast, alert: Any) -> None:
    """Saved or submitted as a record it could go to others than what it answers."""
    sent(client(cast, "recipient"), alert)
    by = cast.identity("recipient")
    with acting_as(by):
        draft = begun(alert, "sighting", by)
        assert draft is not None
        with pytest.raises(NotNow):
            actions.submit(record=draft, by=by)
        with pytest.raises(NotNow):
            actions.save_draft(record=draft, by=by, body={}, handling={"audience": ["CA"]})
    assert client(cast, "recipient").get(f"/records/{draft.pk}/edit/").status_code == 409
