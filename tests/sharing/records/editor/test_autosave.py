"""Drafts that save themselves: what is saved, what is refused, and that nothing is overwritten."""

from typing import Any

import pytest
from django.test import Client

from cordillera.access.session import acting_as
from sharing.records import actions
from tests.conftest import Cast, alert_body, alert_handling
from tests.sharing.records.editor.conftest import draft_form, page

EXPECTED = {
    "originator": 200,
    "colleague": 200,
    "recipient": 404,
    "outsider": 404,
    "analyst": 403,
    "auditor": 403,
    "admin": 403,
}


def save(client: Client, draft: Any, etag: str = '"1.1"', **changes: Any) -> Any:
    form = draft_form(etag, **changes)
    return client.post(page("record-save", draft), form, headers={"If-Match": etag})


def stored(cast: Cast, draft: Any) -> Any:
    with acting_as(cast.identity("originator")):
        draft.refresh_from_db()
        return draft.pending


@pytest.mark.parametrize("part", EXPECTED)
def test_the_own_officers_alone_save(draft_alert: Any, signed_in: Any, part: str) -> None:
    assert save(signed_in(part), draft_alert).status_code == EXPECTED[part]


def test_a_save_answers_the_new_etag(cast: Cast, draft_alert: Any, signed_in: Any) -> None:
    answer = save(signed_in("originator"), draft_alert, summary="New words.")
    assert answer["ETag"] == answer.json()["etag"] == '"1.2"'
    assert stored(cast, draft_alert).body["summary"] == "New words."


def test_who_is_signed_out_is_told_in_json(draft_alert: Any, client: Any) -> None:
    answer = save(client, draft_alert)
    assert answer.status_code == 401
    assert "what you typed is kept" in answer.json()["title"]


def test_a_save_without_if_match_is_refused(draft_alert: Any, signed_in: Any) -> None:
    form = draft_form('"1.1"')
    answer = signed_in("originator").post(page("record-save", draft_alert), form)
    assert answer.status_code == 428


def test_a_stale_etag_shows_who_saved_and_both_texts(
    cast: Cast, draft_alert: Any, signed_in: Any
) -> None:
    save(signed_in("colleague"), draft_alert, summary="Theirs.")
    answer = save(signed_in("originator"), draft_alert, summary="Mine.")
    said = answer.json()
    assert answer.status_code == 412
    assert said["saved_by"] == "Us Supervisor"
    assert said["changes"] == [
        {"path": "summary", "label": "Summary", "theirs": "Theirs.", "mine": "Mine."}
    ]
    assert stored(cast, draft_alert).body["summary"] == "Theirs."


def test_a_stale_form_without_scripts_keeps_what_was_typed(
    cast: Cast, draft_alert: Any, signed_in: Any
) -> None:
    save(signed_in("colleague"), draft_alert, summary="Theirs.")
    form = draft_form('"1.1"', summary="Mine.")
    answer = signed_in("originator").post(page("record-edit", draft_alert), form)
    text = answer.content.decode()
    assert answer.status_code == 412
    assert "Us Supervisor saved this draft" in text
    assert "Theirs." in text
    assert "Mine.</textarea>" in text
    assert stored(cast, draft_alert).body["summary"] == "Theirs."
    again = signed_in("originator").post(
        page("record-edit", draft_alert), draft_form('"1.2"', summary="Mine.")
    )
    assert again.status_code == 302
    assert stored(cast, draft_alert).body["summary"] == "Mine."


def test_a_form_without_any_etag_overwrites_nothing(
    cast: Cast, draft_alert: Any, signed_in: Any
) -> None:
    form = draft_form("", summary="Mine.")
    del form["etag"]
    answer = signed_in("originator").post(page("record-edit", draft_alert), form)
    assert answer.status_code == 412
    assert stored(cast, draft_alert).body["summary"] != "Mine."


def test_what_is_right_is_saved_although_one_value_is_wrong(
    cast: Cast, draft_alert: Any, signed_in: Any
) -> None:
    wrong = {"conveyances-0-number": "ZXQU1004827"}
    answer = save(signed_in("originator"), draft_alert, summary="New words.", **wrong)
    problem = answer.json()["problems"][0]
    assert answer.status_code == 422
    assert problem["field"] == "f-conveyances-0-number"
    assert "should be 8" in problem["message"]
    assert answer["ETag"] == stored(cast, draft_alert).etag
    assert stored(cast, draft_alert).body["summary"] == "New words."


def test_a_draft_in_review_is_not_saved(cast: Cast, draft_alert: Any, signed_in: Any) -> None:
    me = cast.identity("originator")
    with acting_as(me):
        actions.submit(record=draft_alert, by=me)
    assert save(signed_in("originator"), draft_alert).status_code == 409
    answer = signed_in("originator").get(page("record-edit", draft_alert))
    assert answer.status_code == 409
    assert "Take it back" in answer.content.decode()


def test_the_state_tells_who_saved_last(cast: Cast, draft_alert: Any, signed_in: Any) -> None:
    save(signed_in("colleague"), draft_alert)
    said = signed_in("originator").get(page("record-draft-state", draft_alert)).json()
    assert said["saved_by"] == "Us Supervisor"
    assert said["etag"] == '"1.2"'
    assert signed_in("recipient").get(page("record-draft-state", draft_alert)).status_code == 404


def test_a_save_tells_the_own_party_live(cast: Cast, draft_alert: Any, signed_in: Any) -> None:
    from cordillera.events.models import Event

    save(signed_in("originator"), draft_alert)
    with acting_as(cast.identity("originator")):
        assert Event.objects.filter(topic="record", thing=str(draft_alert.pk)).exists()
    with acting_as(cast.identity("recipient")):
        assert not Event.objects.filter(thing=str(draft_alert.pk)).exists()


def test_an_amendment_shows_what_differs(cast: Cast, alert: Any, signed_in: Any) -> None:
    me = cast.identity("originator")
    with acting_as(me):
        actions.amend(record=alert, by=me)
        alert.refresh_from_db()
        actions.save_draft(
            record=alert,
            by=me,
            body=alert_body(summary="Four coils."),
            handling=alert_handling("MX", "CA"),
        )
    text = signed_in("originator").get(page("record-edit", alert)).content.decode()
    assert "Changed since version 1" in text
    assert "<ins>Four coils.</ins>" in text
    assert "Canada" in text


def test_saving_and_looking_ask_few_questions(
    draft_alert: Any, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in("originator")
    save(client, draft_alert)
    with django_assert_max_num_queries(30):
        save(client, draft_alert, '"1.2"', summary="Again.")
    with django_assert_max_num_queries(16):
        client.post(page("record-preview", draft_alert), draft_form('"1.3"'))
    with django_assert_max_num_queries(8):
        client.get(page("record-draft-state", draft_alert))
