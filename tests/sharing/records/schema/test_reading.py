"""How a body is shown, compared, described and searched."""

from typing import Any

import jsonschema
import pytest

from sharing.records import kinds
from sharing.records.schema import Code, Integer, Many, Money, Quantity, Schema, Text, Translated

ALERT = kinds.get("offence_alert").schema
BODY: dict[str, Any] = {
    "title": {"es": "Bobina"},
    "summary": "Tres bobinas",
    "priority": "high",
    "goods": [{"hs": "721049", "quantity": {"value": "78400", "unit": "KGM"}}],
    "conveyances": [{"type": "container", "number": "ZXQU1004828"}],
    "links": ["MX-SE-2026-00031"],
}


def test_values_are_shown_in_the_readers_language():
    shown = ALERT.display(BODY, "fr")
    assert shown["goods"]["0"]["quantity"].text.startswith("78\xa0400")
    assert shown["goods"]["0"]["hs"].text.startswith("Acier laminé plat")
    assert shown["goods"]["0"]["hs"].parts[0][0] == "721049"


def test_a_text_in_another_language_says_which():
    assert ALERT.display(BODY, "fr")["title"].language == "es"
    assert ALERT.display(BODY, "es")["title"].language == ""


def test_links_codes_and_identifiers_are_marked():
    shown = ALERT.display(BODY, "en")
    assert shown["links"]["0"].is_link
    assert shown["priority"].is_code
    assert shown["conveyances"]["0"]["number"].scheme == "ISO6346"


def test_only_what_is_there_is_shown():
    assert [child.name for child in ALERT.display({"summary": "x"}, "en").children] == ["summary"]


def test_a_difference_names_the_field_and_both_values():
    new = BODY | {"priority": "low", "goods": [*BODY["goods"], {"hs": "72"}], "links": []}
    changes = {change.path: change for change in ALERT.difference(BODY, new, "en")}
    assert set(changes) == {"priority", "goods.1.hs", "links.0"}
    assert (changes["priority"].old, changes["priority"].new) == ("High", "Low")
    assert (changes["goods.1.hs"].label, changes["goods.1.hs"].sort) == (
        "Goods 2 › HS code",
        "added",
    )
    assert changes["links.0"].sort == "removed"


def test_a_difference_tells_codes_with_like_labels_apart():
    (change,) = ALERT.difference(
        BODY, BODY | {"goods": [BODY["goods"][0] | {"hs": "721041"}]}, "es"
    )
    assert (change.old[:6], change.new[:6]) == ("721049", "721041")


def test_plain_text_holds_words_codes_and_their_labels_in_three_languages():
    text = ALERT.plain_text(BODY)
    assert "Tres bobinas" in text
    assert "ZXQU1004828" in text
    assert "Iron or non-alloy" in text


def test_values_can_be_picked_over_lists():
    picked = ALERT.pick(BODY, ("goods.*.hs", "priority", "route.*.place"))
    assert picked == {"goods.*.hs": ["721049"], "priority": "high"}
    assert ALERT.field_at("goods.*.hs").name == "hs"
    with pytest.raises(KeyError, match=r"goods\.0\.nothing"):
        ALERT.field_at("goods.0.nothing")


@pytest.mark.parametrize("kind", kinds.all(), ids=lambda kind: kind.code)
def test_every_json_schema_is_valid_and_describes_its_fields(kind):
    described = kind.schema.json_schema(str(kind.label))
    jsonschema.Draft202012Validator.check_schema(described)
    assert all(field["title"] for field in described["properties"].values())


def test_the_json_schema_and_the_schema_agree():
    schema = Schema(
        Text("name", "Name", required=True),
        Translated("title", "Title"),
        Money("fine", "Fine"),
        Quantity("mass", "Mass"),
        Many("years", "Years", item=Integer("", "Year"), max_items=2),
        Code("mode", "Mode", codes="mode"),
    )
    said = jsonschema.Draft202012Validator(schema.json_schema())
    for body in (
        {"name": "x"},
        {"name": "x", "title": {"en": "y"}},
        {"name": "x", "years": [1, 2]},
        {"name": "x", "fine": {"amount": "1.5", "currency": "USD"}},
        {"name": "x", "mode": "1"},
        {"name": "x", "mass": {"value": 2, "unit": "KGM"}},
        {},
        {"name": 1},
        {"name": "x", "more": 1},
        {"name": "x", "years": [1, 2, 3]},
        {"name": "x", "fine": {"amount": "1"}},
        {"name": "x", "mode": "77"},
        {"name": "x" * 201},
        {"name": "x", "years": ["x"]},
    ):
        assert said.is_valid(body) == schema.clean(body, complete=True).ok, body


def test_the_json_schema_of_a_draft_requires_nothing():
    draft = jsonschema.Draft202012Validator(ALERT.json_schema(complete=False))
    assert draft.is_valid({})
    assert draft.is_valid({"goods": [{"quantity": {"value": "1"}}]})
    assert not draft.is_valid({"nothing": 1})
