"""Whatever goes wrong, the answer is a problem that says so, in the caller's language."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from .caller import Caller, sort_of

JSON = "application/json"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "sort"),
    [
        (b"{", JSON, 400, "malformed"),
        (b"\xff\xfe", JSON, 400, "malformed"),
        (b'{"kind": NaN}', JSON, 400, "malformed"),
        (b'{"kind": "a", "kind": "b"}', JSON, 400, "malformed"),
        (b"[" * 100 + b"]" * 100, JSON, 400, "malformed"),
        (b"[" * 100_000, JSON, 400, "malformed"),
        (b"9" * 10_000, JSON, 400, "malformed"),
        (b"[]", JSON, 422, "invalid"),
        (b"null", JSON, 422, "invalid"),
        (b"{}", JSON, 422, "invalid"),
        (b'{"kind": 7}', JSON, 422, "invalid"),
        (b'{"kind": "spell"}', JSON, 422, "invalid"),
        (b'{"kind": "comment"}', JSON, 422, "invalid"),
        (b'{"kind": "offence_alert", "audience": ["CA"]}', JSON, 422, "invalid"),
        (b'{"kind": "\\ud800"}', JSON, 422, "invalid"),
        (b'{"\\ud800": 1, "kind": "offence_alert"}', JSON, 422, "invalid"),
        (b"kind=offence_alert", "application/x-www-form-urlencoded", 415, "media-type"),
        (b"<kind/>", "application/xml", 415, "media-type"),
        (b" " * (5 * 1024 * 1024 + 1), JSON, 413, "too-large"),
    ],
)
def test_bad_bodies_are_named(
    cast: Any, body: bytes, content_type: str, status: int, sort: str
) -> None:
    response = Caller(cast.originator)("POST", "records", body, content_type)
    assert (response.status_code, sort_of(response)) == (status, sort)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "kind=spell",
        "state=gone",
        "cursor=abc",
        "cursor=%00",
        "nonsense=1",
        "kind=offence_alert&kind=comment",
        "about=7",
        "typology=%00",
        "cursor=WzEsMl0",
        "originator=%F0%9F%98%80%00",
    ],
)
def test_bad_parameters_are_named(cast: Any, query: str) -> None:
    response = Caller(cast.originator).get(f"records?{query}")
    assert (response.status_code, sort_of(response)) == (400, "parameter")
    assert response.json()["problems"][0]["path"] == query.partition("=")[0]


def test_other_methods_are_405_and_say_which_there_are(cast: Any) -> None:
    response = Caller(cast.originator)("DELETE", "records")
    assert (response.status_code, sort_of(response)) == (405, "method")
    assert response["Allow"] == "GET, POST, HEAD"


def test_other_representations_are_406(cast: Any) -> None:
    response = Caller(cast.originator).get("records", Accept="text/html")
    assert (response.status_code, sort_of(response)) == (406, "not-acceptable")


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v1/me/", "/api/v2/me"]
)
def test_unknown_addresses_are_problems_not_pages(db: None, path: str) -> None:
    response = Client().post(path)
    assert (response.status_code, sort_of(response)) == (404, "not-found")


@pytest.mark.parametrize(
    ("asked", "language"),
    [("fr", "fr"), ("es-MX, en;q=0.5", "es"), ("xx, *;q=0.1", "en"), ("\x00;;q=x", "en")],
)
def test_the_language_is_the_one_asked_for(cast: Any, asked: str, language: str) -> None:
    response = Caller(cast.originator).get("records/7", Accept_Language=asked)
    assert (response.status_code, response["Content-Language"]) == (404, language)


def test_without_a_wish_the_language_is_the_accounts(cast: Any) -> None:
    caller = Caller(cast.recipient, language="")
    assert caller.get("me")["Content-Language"] == "es"


def test_a_failure_of_ours_tells_nothing_and_changes_nothing(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sharing.records.api import shelf
    from sharing.records.models import Record

    def broken(*args: Any) -> None:
        begin(*args)
        raise RuntimeError("the inside of the node")

    begin = shelf.begin
    monkeypatch.setattr(shelf, "begin", broken)
    caller = Caller(cast.originator)
    caller.client.raise_request_exception = False
    response = caller.post("records", {"kind": "offence_alert"})
    assert (response.status_code, sort_of(response)) == (500, "failed")
    assert b"inside" not in response.content
    with_rights = cast.identity("originator")
    assert not Record.objects.visible_to(with_rights).exists()


def test_answers_are_for_the_caller_alone(cast: Any) -> None:
    response = Caller(cast.originator).get("me")
    assert response["Cache-Control"] == "no-store"
    assert {"Authorization", "Accept-Language"} <= set(response["Vary"].split(", "))


def test_a_body_of_unknown_length_is_not_taken_for_none(cast: Any) -> None:
    response = Caller(cast.originator).post("records", None, Transfer_Encoding="chunked")
    assert (response.status_code, sort_of(response)) == (411, "length-needed")
