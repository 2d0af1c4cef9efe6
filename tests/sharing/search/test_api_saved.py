"""Saved searches over the API: each account's own, kept, changed, run and forgotten."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sharing.search import saved
from sharing.search.models import SavedSearch
from tests.conftest import Cast, acting_as
from tests.cordillera.api.caller import Caller, entries, sort_of

CONTENT = {
    "name": "Steel",
    "q": "coil",
    "kind": ["offence_alert"],
    "originator": ["US"],
    "purpose": "customs_enforcement",
    "from": "2020-01-01",
    "notify": "daily",
}


@pytest.fixture
def calls(cast: Cast) -> Any:
    parts = ("originator", "recipient", "analyst", "outsider")
    return SimpleNamespace(**{part: Caller(getattr(cast, part)) for part in parts})


@pytest.fixture
def kept(calls: Any) -> dict[str, Any]:
    answer = calls.recipient.post("saved-searches", CONTENT)
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    assert answer["Location"] == f"/api/v1/saved-searches/{found['id']}"
    return found


def test_what_is_saved_reads_as_it_was_sent(calls: Any, kept: dict[str, Any]) -> None:
    read = calls.recipient.get(f"saved-searches/{kept['id']}").json()
    assert {name: read[name] for name in CONTENT} == CONTENT
    assert calls.recipient.get("saved-searches").json()["items"] == [read]
    assert entries("MX", "search:save") == 1


@pytest.mark.parametrize("part", ["originator", "analyst", "outsider"])
def test_nobody_else_sees_or_touches_it(calls: Any, kept: dict[str, Any], part: str) -> None:
    caller, path = getattr(calls, part), f"saved-searches/{kept['id']}"
    assert caller.get("saved-searches").json()["items"] == []
    for answer in (
        caller.get(path),
        caller("PUT", path, CONTENT),
        caller.get(f"{path}/results"),
        caller.post(f"{path}/delete"),
    ):
        assert sort_of(answer) == "not-found"


def test_it_finds_what_the_search_finds(calls: Any, kept: dict[str, Any], alert: Any) -> None:
    found = calls.recipient.get(f"saved-searches/{kept['id']}/results").json()
    assert [one["id"] for one in found["items"]] == [str(alert.pk)]
    assert found["next"] is None
    assert entries("MX", "search:run", detail__text="coil") == 1
    theirs = calls.outsider.post("saved-searches", CONTENT).json()
    assert calls.outsider.get(f"saved-searches/{theirs['id']}/results").json()["items"] == []


def test_it_is_changed_and_told_as_asked(
    cast: Cast, calls: Any, kept: dict[str, Any], alert: Any
) -> None:
    path = f"saved-searches/{kept['id']}"
    changed = calls.recipient("PUT", path, {"name": "Other", "notify": "at_once"}).json()
    assert (changed["name"], changed["notify"], "q" in changed) == ("Other", "at_once", False)
    with acting_as(cast.identity("recipient")):
        found = SavedSearch.objects.get(pk=kept["id"])
        assert saved.search_of(found).filters == {}


def test_it_is_forgotten_once(calls: Any, kept: dict[str, Any]) -> None:
    path = f"saved-searches/{kept['id']}/delete"
    first = calls.recipient.post(path, Idempotency_Key="k")
    again = calls.recipient.post(path, Idempotency_Key="k")
    assert (first.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert calls.recipient.get("saved-searches").json()["items"] == []
    assert sort_of(calls.recipient.post(path)) == "not-found"


def test_a_second_one_of_the_name_is_told_as_such(calls: Any, kept: dict[str, Any]) -> None:
    assert sort_of(calls.recipient.post("saved-searches", CONTENT)) == "not-now"
    other = calls.recipient.post("saved-searches", {"name": "Other"}).json()
    answer = calls.recipient("PUT", f"saved-searches/{other['id']}", CONTENT)
    assert sort_of(answer) == "not-now"
    assert calls.analyst.post("saved-searches", CONTENT).status_code == 201


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"notify": "hourly"}, "notify"),
        ({"kind": ["spaceship"]}, "kind"),
        ({"kind": "offence_alert"}, "kind"),
        ({"kind": [7] * 30}, "kind"),
        ({"purpose": "curiosity"}, "purpose"),
        ({"from": "soon"}, "from"),
        ({"q": "a\x00b"}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"state": ["amended"]}, ""),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    calls: Any, kept: dict[str, Any], change: dict[str, Any], path: str
) -> None:
    for answer in (
        calls.recipient.post("saved-searches", {**CONTENT, "name": "Another", **change}),
        calls.recipient("PUT", f"saved-searches/{kept['id']}", {**CONTENT, **change}),
    ):
        assert answer.status_code == 422, answer.content
        assert path in [problem["path"] for problem in answer.json()["problems"]]


def test_it_takes_the_scope(cast: Cast) -> None:
    reads = Caller(cast.recipient, "read")
    assert reads.get("saved-searches").status_code == 403
    assert reads.post("saved-searches", CONTENT).status_code == 403


def test_more_of_them_take_no_more_queries(
    calls: Any, kept: dict[str, Any], django_assert_num_queries: Any
) -> None:
    calls.recipient.post("saved-searches", {"name": "Second"})
    # Savepoint, identity (twice), token, list, release.
    with django_assert_num_queries(6):
        calls.recipient.get("saved-searches")
