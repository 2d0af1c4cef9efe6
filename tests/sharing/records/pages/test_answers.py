"""The forms of answers: what is wrong stands at its question, and nothing typed is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse


def posted(client: Any, name: str, record: Any, **typed: Any) -> str:
    answer = client.post(reverse(name, args=[record.pk]), typed)
    assert answer.status_code == 422
    return str(answer.content.decode())


def summary(page: str) -> str:
    return page.split('id="problems"')[1].split("</div></div>")[0]


@pytest.mark.parametrize(
    ("name", "question", "field"),
    [
        ("sighting-new", "Did you find it?", "f-result"),
        ("comment-new", "Kind of comment", "f-nature"),
        ("acknowledge", "Result", "f-result"),
    ],
)
def test_a_missing_answer_is_named_by_its_question(
    alert: Any, signed_in: Any, name: str, question: str, field: str
) -> None:
    page = posted(signed_in("recipient"), name, alert, summary="Seen at gate 4.")
    head = summary(page)
    assert f'<a href="#{field}">{question}</a> · An answer is needed here.' in head
    assert "<li>" not in head
    assert "before release." not in page
    assert f'id="{field}-error"' in page
    assert "Seen at gate 4." in page


def test_a_wrong_place_is_said_where_it_was_asked(alert: Any, signed_in: Any) -> None:
    page = posted(
        signed_in("recipient"), "sighting-new", alert, result="no_hit", place="Nowhere at all"
    )
    assert '<a href="#f-place">Where?</a>' in summary(page)
    assert 'id="f-place-error"' in page
    assert 'value="Nowhere at all"' in page
    assert re.search(r'value="no_hit" checked', page)


def test_a_forged_audience_is_refused_at_its_question(alert: Any, signed_in: Any) -> None:
    forged = {"audience-asked": "1", "audience": "CA"}
    page = posted(signed_in("recipient"), "acknowledge", alert, result="noted", **forged)
    assert '<a href="#f-audience">Goes to</a>' in summary(page)
    assert 'id="f-audience-error"' in page


def test_every_line_of_the_summary_leads_somewhere(alert: Any, signed_in: Any) -> None:
    typed = {
        "action_taken": ["hold", "no such"],
        "conveyances-0-type": "container",
        "conveyances-0-number": "ZXQU1004829",
        "quantity-value": "many",
        "seen_on": "soon",
        "place": "Atlantis",
    }
    page = posted(signed_in("recipient"), "sighting-new", alert, **typed)
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    anchors = re.findall(r'href="#([^"]+)"', summary(page))
    assert {"f-result", "f-place"} <= set(anchors)
    assert len(anchors) >= 5
    assert set(anchors) <= ids


@pytest.mark.parametrize("name", ["acknowledge", "sighting-new", "comment-new", "dispute-new"])
def test_a_form_is_marked_like_its_record(alert: Any, signed_in: Any, name: str) -> None:
    client = signed_in("recipient")
    pages = [client.get(reverse(one, args=[alert.pk])) for one in ("record", name)]
    record, form = (str(one.context["marking"]) for one in pages)
    assert form == record
    assert " — H1 — " in form


def test_of_the_own_party_one_knows_that_it_has_not_acknowledged(
    alert: Any, signed_in: Any
) -> None:
    page = signed_in("recipient").get(reverse("record-answers", args=[alert.pk])).content.decode()
    assert "not yet" in page
    assert "nothing that you can see" not in page
