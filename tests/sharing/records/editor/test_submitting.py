"""Handing a draft to a second officer."""

from typing import Any

import pytest
from django.contrib.messages import get_messages

from cordillera.access.session import acting_as
from tests.conftest import Cast
from tests.sharing.records.editor.conftest import draft_form, page

EXPECTED = {"originator": 302, "colleague": 302, "recipient": 404, "auditor": 403, "admin": 403}


@pytest.mark.parametrize("part", EXPECTED)
def test_the_own_officers_alone_submit(draft_alert: Any, signed_in: Any, part: str) -> None:
    answer = signed_in(part).post(page("record-submit", draft_alert))
    assert answer.status_code == EXPECTED[part]


def test_submitting_saves_the_form_first(cast: Cast, draft_alert: Any, signed_in: Any) -> None:
    form = draft_form('"1.1"', summary="Last words.")
    answer = signed_in("originator").post(page("record-submit", draft_alert), form)
    assert answer["Location"] == page("record", draft_alert)
    with acting_as(cast.identity("originator")):
        draft_alert.refresh_from_db()
        assert draft_alert.state == "in_review"
        assert draft_alert.pending.body["summary"] == "Last words."


def test_it_tells_who_can_approve(draft_alert: Any, signed_in: Any) -> None:
    answer = signed_in("originator").post(page("record-submit", draft_alert))
    said = " ".join(str(message) for message in get_messages(answer.wsgi_request))
    assert "Us Supervisor" in said
    assert "Us Officer" not in said


def test_it_says_when_nobody_can_approve(draft_alert: Any, signed_in: Any) -> None:
    form = draft_form('"1.1"')
    answer = signed_in("colleague").post(page("record-submit", draft_alert), form)
    said = " ".join(str(message) for message in get_messages(answer.wsgi_request))
    assert "nobody else in your Party" in said


def test_an_incomplete_draft_is_saved_and_stays_a_draft(
    cast: Cast, draft_alert: Any, signed_in: Any
) -> None:
    form = draft_form('"1.1"', summary="", **{"handling-purpose": ""})
    answer = signed_in("originator").post(page("record-submit", draft_alert), form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#f-summary"' in text
    assert 'href="#f-handling-purpose"' in text
    assert 'name="etag" value="&quot;1.2&quot;"' in text
    with acting_as(cast.identity("originator")):
        draft_alert.refresh_from_db()
        assert draft_alert.state == "draft"
        assert "summary" not in draft_alert.pending.body


def test_a_stale_submit_submits_nothing(cast: Cast, draft_alert: Any, signed_in: Any) -> None:
    form = draft_form('"1.7"')
    answer = signed_in("originator").post(page("record-submit", draft_alert), form)
    assert answer.status_code == 412
    with acting_as(cast.identity("originator")):
        draft_alert.refresh_from_db()
        assert draft_alert.state == "draft"
