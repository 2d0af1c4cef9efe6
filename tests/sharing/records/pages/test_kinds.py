"""The record page shows every kind, whole and in three languages, and however much there is."""

import json
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cordillera.access.session import acting_as
from sharing.demo import data
from sharing.records import kinds
from sharing.records.kinds import examples
from tests.conftest import Cast, alert_body, alert_handling, released
from tests.sharing.records.pages.conftest import answered

RECORDS = json.loads((Path(data.__path__[0]) / "examples.json").read_text("utf-8"))["records"]
SHARED = [kind.code for kind in kinds.shared()]
ANSWERS: dict[str, dict[str, Any]] = {
    "acknowledgement": {"result": "assigned", "handled_by": "Aduana 240"},
    "sighting": {"result": "hit_confirmed", "place": "USLRD", "summary": "Found it."},
    "comment": {"nature": "question", "summary": "Which mill?"},
    "dispute": {"points": [{"field": "observed"}], "summary": "It was a week later."},
}


def example(kind: str) -> dict[str, Any]:
    """The richest demonstration record of `kind`, as a body."""
    found = [examples.convert(record)[0] for record in RECORDS if record["kind"] == kind]
    return max(found, key=lambda body: len(json.dumps(body)))


def make(cast: Cast, kind: str, body: dict[str, Any], **handling: Any) -> Any:
    from sharing.records import actions

    me = cast.identity("originator")
    with acting_as(me):
        record = actions.draft(
            kind=kind, by=me, body=body, handling=alert_handling("MX", **handling)
        )
    return released(cast, record)


@pytest.mark.parametrize("kind", SHARED)
@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_every_kind_is_shown(cast: Cast, signed_in: Any, kind: str, language: str) -> None:
    client = signed_in("recipient", language)
    body = example(kind)
    record = make(cast, kind, body)
    for page in ("record", "record-print", "record-versions"):
        assert client.get(reverse(page, args=[record.pk])).status_code == 200
    page = client.get(reverse("record", args=[record.pk])).content.decode()
    for text in (body["title"][language], body["summary"]):
        assert text in page.replace("&#x27;", "'")


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_is_shown(cast: Cast, alert: Any, signed_in: Any, kind: str) -> None:
    answer = answered(cast, alert, "recipient", kind, **ANSWERS[kind])
    assert signed_in("originator").get(reverse("record", args=[answer.pk])).status_code == 200
    page = signed_in("originator").get(reverse("record-answers", args=[alert.pk]))
    assert reverse("record", args=[answer.pk]) in page.content.decode()


def test_relations_are_drawn_and_listed_both_ways(cast: Cast, signed_in: Any) -> None:
    first = make(cast, "suspect_entity", {**example("suspect_entity"), "relations": []})
    body = {
        **example("suspect_entity"),
        "relations": [
            {"type": "supplies", "to": first.reference},
            {"type": "owns", "to": "CA-SE-2026-77777"},
            {"type": "employs", "name": "Nobody Known"},
        ],
    }
    second = make(cast, "suspect_entity", body)
    answer = signed_in("recipient").get(reverse("record", args=[second.pk]))
    assert len(answer.context["relations"]) == 3
    labels = {node["label"] for node in answer.context["graph"]["nodes"]}
    assert "Nobody Known" in labels
    assert "CA-SE-2026-77777" not in labels
    back = signed_in("recipient").get(reverse("record", args=[first.pk]))
    assert [(one.out, one.record) for one in back.context["relations"]] == [(False, second)]


def test_relations_lead_to_visible_entities_alone(cast: Cast, signed_in: Any) -> None:
    hidden = make(cast, "suspect_entity", {**example("suspect_entity"), "relations": []})
    body = {
        **example("suspect_entity"),
        "relations": [{"type": "supplies", "to": hidden.reference}],
    }
    from sharing.records import actions

    me = cast.identity("originator")
    with acting_as(me):
        record = actions.draft(
            kind="suspect_entity", by=me, body=body, handling=alert_handling("CA")
        )
    released(cast, record)
    answer = signed_in("outsider").get(reverse("record", args=[record.pk]))
    assert [one.record for one in answer.context["relations"]] == [None]
    assert len(answer.context["graph"]["nodes"]) == 1
    back = signed_in("recipient").get(reverse("record", args=[hidden.pk]))
    assert back.context["relations"] == []


def test_a_notice_counts_the_days(cast: Cast, signed_in: Any) -> None:
    record = make(cast, "advance_notice", example("advance_notice"))
    page = signed_in("recipient").get(reverse("record", args=[record.pk]))
    assert len(page.context["notice"]["figures"]) >= 3
    assert [one.party for one in page.context["acknowledgements"]] == ["MX"]


def test_a_number_kept_as_found_is_marked(cast: Cast, signed_in: Any) -> None:
    wrong = {"type": "container", "mode": "1", "number": "ZXQU1004827", "as_found": True}
    record = make(cast, "offence_alert", alert_body(conveyances=[wrong]))
    page = signed_in("colleague").get(reverse("record", args=[record.pk])).content.decode()
    assert "as found" in page


def test_words_are_never_markup(cast: Cast, signed_in: Any) -> None:
    evil = "<script>alert(1)</script>"
    body = alert_body(title={"en": evil}, summary=evil, modus_operandi=evil, notes=evil)
    body["parties"] = [{"role": "importer", "name": evil}]
    record = make(cast, "offence_alert", body)
    for page in ("record", "record-print", "record-versions", "record-history"):
        html = signed_in("recipient").get(reverse(page, args=[record.pk])).content.decode()
        assert "<script>alert" not in html


def test_five_hundred_goods_lines_take_no_more_questions_than_one(
    cast: Cast, signed_in: Any
) -> None:
    client, asked = signed_in("recipient"), []
    for count in (1, 500):
        goods = [{"hs": "721049", "description_declared": f"Coil {n}"} for n in range(count)]
        record = make(cast, "offence_alert", alert_body(goods=goods))
        url = reverse("record", args=[record.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert f"Coil {count - 1}" in client.get(url).content.decode()
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_red_record_is_for_the_named_alone(cast: Cast, signed_in: Any) -> None:
    named = [str(cast.recipient.pk)]
    record = make(cast, "offence_alert", alert_body(), tlp="RED", named=named)
    url = reverse("record", args=[record.pk])
    page = signed_in("recipient").get(url)
    assert cast.recipient.name in page.content.decode()
    assert 'data-tlp="RED"' in page.content.decode()
    assert signed_in("analyst").get(url).status_code == 404
    assert signed_in("colleague").get(url).status_code == 200


def test_a_locked_record_is_for_auditors_of_its_party(cast: Cast, signed_in: Any) -> None:
    from cordillera.access.identity import Identity
    from cordillera.parties.models import Officer
    from sharing.records import actions

    record = make(cast, "offence_alert", alert_body())
    node = Identity.of_node("US")
    with acting_as(node):
        actions.lock(record=record, by=node)
    url = reverse("record", args=[record.pk])
    for part in ("originator", "colleague", "recipient", "auditor"):
        assert signed_in(part).get(url).status_code == 404
    us = Officer(username="us.auditor", email="us.auditor@example.org", party_id="US")
    us.roles = ["auditor"]
    us.save()
    client = Client()
    client.force_login(us)
    page = client.get(url)
    assert page.status_code == 200
    assert "Stencils on the coils" in page.content.decode()
    assert client.get(reverse("record-history", args=[record.pk])).status_code == 200


def test_the_words_of_a_code_stand_once_where_they_are_the_same(cast: Any, signed_in: Any) -> None:
    goods = [
        {"hs": "721049", "description_declared": "Steel coil"},
        {"hs_declared": "721049", "hs": "721049", "origin_suspected": "CN"},
        {"hs_declared": "721041", "hs": "721030"},
        {"hs_declared": "730890", "hs": "721049"},
    ]
    record = make(cast, "offence_alert", alert_body(goods=goods))
    page = signed_in("recipient", "fr").get(reverse("record", args=[record.pk]))
    lines = page.context["content"]["goods"].extra["lines"]
    assert [line.same_hs for line in lines] == [True, True, False, False]
    assert [line.same_words for line in lines] == [False, True, True, False]
    rows = (
        unescape(page.content.decode()).split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    )
    words = [line.declared.hs.parts[0][1] for line in lines]
    assert [row.count(word) for row, word in zip(rows[:3], words, strict=False)] == [1, 1, 1]
    assert "7210.41" in rows[2]
    assert "7210.30" in rows[2]
