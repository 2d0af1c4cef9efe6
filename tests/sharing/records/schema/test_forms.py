"""Forms: what a browser posts becomes a body, and a body becomes a form again."""

import json
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.utils import timezone

from sharing.demo import data
from sharing.records import kinds
from sharing.records.kinds import examples
from sharing.records.schema import Problem

ALERT = kinds.get("offence_alert").schema


def parsed(text, prefix=""):
    return ALERT.parse_form(QueryDict(text), prefix)


def posted(node):
    """The pairs a browser would send for a bound form."""
    if node.widget in ("checkboxes", "comboboxes"):
        return [(node.name, code) for code in node.value]
    if node.children or node.blank or node.widget in ("block", "money", "quantity", "translated"):
        return [pair for child in node.children for pair in posted(child)]
    if node.widget == "checkbox":
        return [(node.name, "on")] if node.value is True else []
    return [(node.name, str(node.value))]


def test_rows_keep_their_order_and_close_up():
    assert parsed("goods-10-hs=2&goods-9-hs=1&goods-11-hs=") == {
        "goods": [{"hs": "1"}, {"hs": "2"}]
    }


def test_several_codes_and_a_check_box():
    came = parsed("typology=drugs&typology=tobacco&conveyances-0-as_found=on&csrfmiddlewaretoken=x")
    assert came == {"typology": ["drugs", "tobacco"], "conveyances": [{"as_found": True}]}


def test_a_local_time_is_read_in_the_officers_zone():
    with timezone.override("America/Monterrey"):
        assert parsed("observed=2026-11-12T09:40") == {"observed": "2026-11-12T15:40:00+00:00"}
        node = ALERT.bind({"observed": "2026-11-12T15:40:00Z"})["observed"]
    assert node.value == "2026-11-12T09:40"


def test_a_prefix_keeps_two_forms_apart():
    assert parsed("b-summary=x&summary=y", prefix="b") == {"summary": "x"}


@pytest.mark.parametrize(
    "text",
    [
        "goods=x",
        "goods-x-hs=1",
        "goods-0=1",
        "title=x",
        "summary-0-0=x",
        "goods--hs=1",
        "goods-0-hs-0-0=1",
        "-=1",
        "goods-99999999999-hs=1",
        "location-place-x=1",
    ],
)
def test_names_that_fit_nothing_are_left_out(text):
    assert parsed(text) == {}


def test_what_was_typed_wrong_is_shown_again_with_its_problem():
    body = parsed("goods-0-hs=72&goods-1-hs=99xx&typology=nope")
    bound = ALERT.bind(body, ALERT.clean(body, complete=False).problems, "en")
    assert bound["goods"]["1"]["hs"].value == "99xx"
    assert "99xx" in bound["goods"]["1"]["hs"].problem
    assert bound["goods"]["0"]["hs"].problem == ""
    assert "nope" in bound["typology"].problem


def test_a_problem_without_a_field_goes_to_the_top():
    bound = ALERT.bind({}, [Problem("nowhere.3", "x", "lost")], "en")
    assert bound.problems == ["lost"]


def test_the_tree_tells_a_template_all_it_needs():
    bound = ALERT.bind({"goods": [{"hs": "721049"}]}, [], "fr")
    line = bound["goods"]["0"]
    assert (bound["goods"].widget, bound["goods"].max) == ("many", 500)
    assert (line["hs"].name, line["hs"].id) == ("goods-0-hs", "f-goods-0-hs")
    assert (line["hs"].widget, line["hs"].codes, line["hs"].value) == ("combobox", "hs", "721049")
    assert line["hs"].shown.startswith("Acier laminé plat")
    blank = bound["goods"].blank
    assert blank
    assert blank["hs"].name == "goods-__index__-hs"
    assert [o.value for o in bound["priority"].options] == ["urgent", "high", "medium", "low"]
    assert bound["title"].widget == "translated"
    assert line["quantity"].widget == "quantity"


@pytest.mark.parametrize("kind", [k.code for k in kinds.shared()])
def test_a_form_sent_back_unchanged_changes_nothing(kind):
    path = f"{data.__path__[0]}/examples.json"
    with open(path, encoding="utf-8") as lines:
        records = json.load(lines)["records"]
    schema = kinds.get(kind).schema
    for record in [r for r in records if r["kind"] == kind][:5]:
        body = schema.clean(examples.convert(record)[0], complete=True).value
        sent = QueryDict(urlencode(posted(schema.bind(body))))
        assert schema.clean(schema.parse_form(sent), complete=True).value == body


def test_a_child_does_not_hide_what_a_template_asks_of_its_parent():
    line = ALERT.bind({"parties": [{"role": "importer", "name": "Acme"}]}, [], "en")["parties"]["0"]
    said = Template("{{ line.name }}|{{ line.by.name.value }}|{{ line.role.value }}")
    assert said.render(Context({"line": line})) == "parties-0|Acme|importer"
