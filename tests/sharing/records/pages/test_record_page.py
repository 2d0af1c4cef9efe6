"""Who opens the record page and its parts, and what of it each of them sees."""

from typing import Any

import pytest
from django.urls import reverse

from cordillera.access.session import acting_as
from tests.conftest import Cast
from tests.sharing.records.pages.conftest import answered, own_queries

PAGES = (
    "record",
    "record-answers",
    "record-links",
    "record-versions",
    "record-history",
    "record-print",
)
EXPECTED = {
    "originator": 200,
    "colleague": 200,
    "recipient": 200,
    "analyst": 200,
    "outsider": 404,
    "auditor": 404,
    "admin": 403,
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("part", EXPECTED)
def test_each_page_opens_for_its_audience_alone(
    alert: Any, signed_in: Any, name: str, part: str
) -> None:
    answer = signed_in(part).get(reverse(name, args=[alert.pk]))
    assert answer.status_code == EXPECTED[part]
    if answer.status_code != 200:
        assert b"Galvanised" not in answer.content
        assert alert.reference.encode() not in answer.content


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("part", ["recipient", "outsider", "auditor", "admin"])
def test_a_draft_opens_for_its_party_alone(
    draft_alert: Any, signed_in: Any, name: str, part: str
) -> None:
    answer = signed_in(part).get(reverse(name, args=[draft_alert.pk]))
    assert answer.status_code in (403, 404)
    assert b"Galvanised" not in answer.content


@pytest.mark.parametrize("name", PAGES)
def test_a_draft_is_shown_to_its_writer(draft_alert: Any, signed_in: Any, name: str) -> None:
    answer = signed_in("originator").get(reverse(name, args=[draft_alert.pk]))
    assert answer.status_code == 200
    assert "signature" not in answer.context or answer.context["signature"] is None


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_each_page_speaks_three_languages(
    cast: Cast, acknowledged: Any, signed_in: Any, name: str, language: str
) -> None:
    answer = signed_in("recipient", language).get(reverse(name, args=[acknowledged.pk]))
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.content.decode()


def test_what_is_declared_stands_beside_what_is(alert: Any, signed_in: Any) -> None:
    answer = signed_in("recipient").get(reverse("record", args=[alert.pk]))
    line = answer.context["content"]["goods"].extra["lines"][0]
    assert line.declared.description.text == "Steel coil"
    assert line.actual.hs.raw == "721049"
    assert "Match the containers." in answer.content.decode()


def test_a_title_in_another_language_is_marked(alert: Any, signed_in: Any) -> None:
    page = signed_in("recipient", "es").get(reverse("record", args=[alert.pk])).content.decode()
    assert '<span lang="en">Galvanised coil declared as Mexican</span>' in page


def test_the_pane_is_the_page_without_its_frame(alert: Any, signed_in: Any) -> None:
    client, url = signed_in("recipient"), reverse("record", args=[alert.pk])
    for answer in (client.get(url, {"pane": "1"}), client.get(url, headers={"HX-Request": "true"})):
        assert b"<html" not in answer.content
        assert b"Galvanised coil" in answer.content
        assert b"marking-bottom" in answer.content


def test_the_marking_stands_at_the_top_and_at_the_bottom(alert: Any, signed_in: Any) -> None:
    page = signed_in("originator").get(reverse("record", args=[alert.pk])).content.decode()
    top, _, bottom = page.partition("<main")
    for part in (top, bottom):
        assert "TLP:AMBER — SHARED: MX · US — H1" in part


def test_reading_of_another_party_is_written_down(cast: Cast, alert: Any, signed_in: Any) -> None:
    from audit.models import Entry

    for part in ("originator", "recipient"):
        signed_in(part).get(reverse("record", args=[alert.pk]))
    with acting_as(cast.identity("recipient")):
        entries = Entry.objects.filter(tag="record:read", about=str(alert.pk))
        assert [entry.actor for entry in entries] == [str(cast.recipient.pk)]
    with acting_as(cast.identity("originator")):
        assert not Entry.objects.filter(tag="record:read", about=str(alert.pk)).exists()


OWN_QUERIES = {
    "record": 11,
    "record-answers": 11,
    "record-links": 10,
    "record-versions": 13,
    "record-history": 13,
    "record-print": 13,
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_costs_a_fixed_number_of_queries(
    acknowledged: Any, signed_in: Any, name: str
) -> None:
    url = reverse(name, args=[acknowledged.pk])
    assert own_queries(signed_in("recipient"), url) == OWN_QUERIES[name]


def test_more_answers_cost_no_more_queries(cast: Cast, acknowledged: Any, signed_in: Any) -> None:
    for number in range(5):
        answered(cast, acknowledged, "recipient", "comment", nature="comment", summary=f"{number}")
    url = reverse("record-answers", args=[acknowledged.pk])
    assert own_queries(signed_in("recipient"), url) == OWN_QUERIES["record-answers"]


def test_a_broken_signature_is_a_red_warning(
    cast: Cast, alert: Any, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, url = signed_in("colleague"), reverse("record", args=[alert.pk])
    assert "Signature verified" in client.get(url).content.decode()
    monkeypatch.setattr("sharing.records.signing.verify", _broken)
    page = client.get(url).content.decode()
    assert "The signature of this version does not verify." in page
    assert "Signature verified" not in page


def _broken(*args: Any) -> Any:
    from sharing.records.signing import BadSignature

    raise BadSignature("the signature does not fit the bytes")


def test_an_answer_shows_what_it_answers(cast: Cast, alert: Any, signed_in: Any) -> None:
    comment = answered(
        cast, alert, "recipient", "comment", nature="question", summary="Which mill?"
    )
    page = signed_in("originator").get(reverse("record", args=[comment.pk])).content.decode()
    assert "Which mill?" in page
    assert reverse("record", args=[alert.pk]) in page
    assert signed_in("outsider").get(reverse("record", args=[comment.pk])).status_code == 404
