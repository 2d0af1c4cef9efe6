"""Answers to a record: who gives them, where they go, and as a piece of the inbox."""

from datetime import timedelta
from typing import Any

import pytest

from cordillera.access.session import acting_as
from sharing.records import queries
from sharing.records.models import Record
from tests.conftest import Cast, alert_body, alert_handling, released
from tests.sharing.records.editor.conftest import page

VIEWS = ("acknowledge", "sighting-new", "comment-new")
EXPECTED = {
    "originator": 200,
    "colleague": 200,
    "recipient": 200,
    "outsider": 404,
    "analyst": 403,
    "auditor": 403,
    "admin": 403,
}
FORMS = {
    "acknowledge": {"result": "noted"},
    "sighting-new": {"result": "no_hit", "place": "MXNLD", "seen_at": "2026-11-20T09:30"},
    "comment-new": {"nature": "question", "summary": "Which rail cars?"},
}


@pytest.fixture
def shared_by_three(cast: Cast) -> Any:
    from sharing.records import actions

    me = cast.identity("originator")
    with acting_as(me):
        record = actions.draft(
            kind="offence_alert", by=me, body=alert_body(), handling=alert_handling("MX", "CA")
        )
    return released(cast, record)


def answers_of(cast: Cast, part: str, record: Any) -> list[Record]:
    with acting_as(cast.identity(part)):
        return list(queries.answers(cast.identity(part), record))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("part", EXPECTED)
def test_the_form_opens_for_officers_who_see_it(
    alert: Any, signed_in: Any, part: str, view: str
) -> None:
    assert signed_in(part).get(page(view, alert)).status_code == EXPECTED[part]


@pytest.mark.parametrize("view", VIEWS)
def test_an_answer_reaches_the_originator(
    cast: Cast, alert: Any, signed_in: Any, view: str
) -> None:
    answer = signed_in("recipient").post(page(view, alert), FORMS[view])
    assert answer.status_code == 302
    (found,) = answers_of(cast, "originator", alert)
    assert found.originator_id == "MX"
    assert found.audience == ["MX", "US"]


def test_a_sighting_says_how_long_after_the_release(cast: Cast, alert: Any, signed_in: Any) -> None:
    seen = alert.released_at + timedelta(minutes=2)
    form = {"result": "hit_confirmed", "seen_at": f"{seen:%Y-%m-%dT%H:%M}"}
    signed_in("recipient").post(page("sighting-new", alert), form)
    (found,) = answers_of(cast, "originator", alert)
    with acting_as(cast.identity("originator")):
        assert 0 <= found.current.body["latency_minutes"] < 24 * 60


def test_nothing_is_seen_in_the_future(cast: Cast, alert: Any, signed_in: Any) -> None:
    seen = alert.released_at + timedelta(hours=2)
    form = {"result": "hit_confirmed", "seen_at": f"{seen:%Y-%m-%dT%H:%M}"}
    answer = signed_in("recipient").post(page("sighting-new", alert), form)
    assert answer.status_code == 422
    assert 'id="f-seen_at-error"' in answer.content.decode()
    assert answers_of(cast, "originator", alert) == []


def test_one_click_acknowledges(cast: Cast, alert: Any, signed_in: Any) -> None:
    text = signed_in("recipient").get(page("acknowledge", alert)).content.decode()
    assert 'value="noted" checked' in text


def test_a_sighting_begins_now_at_the_own_port(cast: Cast, alert: Any, signed_in: Any) -> None:
    text = signed_in("recipient").get(page("sighting-new", alert)).content.decode()
    assert 'type="datetime-local"' in text
    assert "Laredo" in text
    assert "<details" in text
    assert 'more" open' not in text


def test_the_audience_can_be_narrowed(cast: Cast, shared_by_three: Any, signed_in: Any) -> None:
    form = {**FORMS["comment-new"], "audience-asked": "1"}
    signed_in("recipient").post(page("comment-new", shared_by_three), form)
    (found,) = answers_of(cast, "originator", shared_by_three)
    assert found.audience == ["MX", "US"]
    assert answers_of(cast, "outsider", shared_by_three) == []


@pytest.mark.parametrize("forged", ["CA", "ZZ", "US,CA", ""])
def test_a_forged_audience_is_refused(cast: Cast, alert: Any, signed_in: Any, forged: str) -> None:
    form = {**FORMS["comment-new"], "audience-asked": "1", "audience": forged}
    answer = signed_in("recipient").post(page("comment-new", alert), form)
    assert answer.status_code == 422
    assert "Which rail cars?" in answer.content.decode()
    assert answers_of(cast, "originator", alert) == []
    assert answers_of(cast, "outsider", alert) == []


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_missing_is_shown_and_the_rest_kept(
    cast: Cast, alert: Any, signed_in: Any, view: str
) -> None:
    form = {"summary": "Kept words"}
    answer = signed_in("recipient").post(page(view, alert), form)
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()
    assert answers_of(cast, "originator", alert) == []


@pytest.mark.parametrize("view", VIEWS)
def test_the_inbox_gets_a_piece_and_then_what_was_done(
    alert: Any, signed_in: Any, view: str
) -> None:
    client = signed_in("recipient")
    piece = client.get(page(view, alert), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in piece
    assert "hx-post=" in piece
    done = client.post(page(view, alert), FORMS[view], headers={"HX-Request": "true"})
    assert "answer-done" in done.content.decode()
    assert done["HX-Trigger"] == "cordillera:answered"


def test_a_recalled_record_is_not_answered(cast: Cast, alert: Any, signed_in: Any) -> None:
    from sharing.records import actions

    me, second = cast.identity("originator"), cast.identity("colleague")
    with acting_as(me):
        actions.propose_recall(record=alert, by=me, reason="Wrong firm.")
    with acting_as(second):
        alert.refresh_from_db()
        actions.approve(record=alert, by=second)
    answer = signed_in("recipient").post(page("acknowledge", alert), FORMS["acknowledge"])
    assert answer.status_code == 404


def test_a_notice_has_no_sightings(cast: Cast, signed_in: Any) -> None:
    from sharing.records import actions

    me = cast.identity("originator")
    with acting_as(me):
        notice = actions.draft(kind="advance_notice", by=me)
    assert signed_in("originator").get(page("sighting-new", notice)).status_code == 404
    assert signed_in("originator").get(page("comment-new", notice)).status_code == 200


def test_one_goes_back_to_the_inbox(alert: Any, signed_in: Any) -> None:
    client = signed_in("recipient")
    here = {"Referer": "http://testserver/inbox/7/?list=todo"}
    text = client.get(page("acknowledge", alert), headers=here).content.decode()
    assert 'name="next" value="/inbox/7/"' in text
    form = {**FORMS["acknowledge"], "next": "/inbox/7/"}
    assert client.post(page("acknowledge", alert), form)["Location"] == "/inbox/7/"


@pytest.mark.parametrize(
    "target",
    ["https://elsewhere.example/inbox/", "//elsewhere.example/inbox/", "/account/", "\\\\x"],
)
def test_going_on_never_leaves_the_site(alert: Any, signed_in: Any, target: str) -> None:
    form = {**FORMS["acknowledge"], "next": target}
    answer = signed_in("recipient").post(page("acknowledge", alert), form)
    assert answer["Location"] == page("record", alert)


@pytest.mark.parametrize("view", VIEWS)
def test_the_forms_ask_few_questions(
    alert: Any, signed_in: Any, view: str, django_assert_max_num_queries: Any
) -> None:
    client = signed_in("recipient")
    client.get(page(view, alert))
    with django_assert_max_num_queries(20):
        client.get(page(view, alert))
