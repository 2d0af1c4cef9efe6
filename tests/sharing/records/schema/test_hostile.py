"""Hostile and absurd input: a clear problem, quickly, and never an exception."""

import json
import time

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from sharing.records import kinds
from sharing.records.schema import problems

ALERT = kinds.get("offence_alert").schema
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=20,
)


def like(schema):
    """Bodies with the right names and anything in them."""
    return st.fixed_dictionaries({}, optional={field.name: ANYTHING for field in schema.fields})


def line(**changes):
    return {
        "hs": "721049",
        "quantity": {"value": "1", "unit": "KGM"},
        "origin_declared": "MX",
        "description_declared": "Coil",
        "value": {"amount": "1", "currency": "USD"},
        **changes,
    }


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_nothing_that_json_can_say_breaks_it(data):
    schema = data.draw(st.sampled_from(kinds.all())).schema
    body = data.draw(like(schema) | ANYTHING)
    cleaned = schema.clean(body, complete=data.draw(st.booleans()))
    for problem in cleaned.problems:
        assert str(problem.message)
    bound = schema.bind(body, cleaned.problems, "fr")
    assert cleaned.ok or bound.any_problem


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_what_was_kept_is_clean_and_can_be_shown(data):
    schema = data.draw(st.sampled_from(kinds.all())).schema
    kept = schema.clean(data.draw(like(schema)), complete=False).value
    again = schema.clean(kept, complete=False)
    assert again.value == kept
    json.dumps(kept, allow_nan=False).encode()
    schema.display(kept, "es")
    schema.plain_text(kept)
    assert schema.difference(kept, kept, "en") == []


def test_ten_thousand_goods_lines_are_one_problem():
    (problem,) = ALERT.clean({"goods": [line()] * 10_000}, complete=False).problems
    assert (problem.path, problem.code) == ("goods", "too_many")
    assert "10000" in str(problem.message)
    assert "500" in str(problem.message)


def test_five_hundred_goods_lines_are_checked_at_once():
    body = {"goods": [line() for _n in range(500)]}
    ALERT.clean(body, complete=False)
    began = time.process_time()
    assert ALERT.clean(body, complete=False).ok
    # Measured 8 ms; the limit leaves room for a machine that is busy or slow.
    assert time.process_time() - began < 0.1


def test_deep_nesting_stops_at_the_first_wrong_type():
    deep: list[object] = []
    for _n in range(900):
        deep = [deep]
    (problem,) = ALERT.clean({"goods": [{"hs": deep}]}, complete=False).problems
    assert (problem.path, problem.code) == ("goods.0.hs", "wrong_type")


@pytest.mark.parametrize("name", ["hs", "identifiers", "note", "quantity"])
def test_a_direction_override_is_refused_wherever_text_goes(name):
    trick = "invoice\u202egpj"
    values = {
        "hs": trick,
        "note": trick,
        "quantity": {"unit": trick},
        "identifiers": [{"scheme": "SERIAL", "value": trick, "as_found": True}],
    }
    cleaned = ALERT.clean({"goods": [{name: values[name]}]}, complete=False)
    assert cleaned.problems
    assert "\u202e" not in str(cleaned.problems[0].message)


def test_dates_out_of_order_are_named():
    steps = [
        {"place": "MXLZC", "role": "loaded", "date": day} for day in ("2026-02-01", "2026-01-31")
    ]
    (problem,) = ALERT.clean({"route": steps}, complete=False).problems
    assert (problem.path, problem.code) == ("route.1.date", "out_of_order")


@pytest.mark.parametrize(
    ("kind", "body", "path"),
    [
        ("advance_notice", {"publication": "2027-01-02", "effective": "2027-01-01"}, "effective"),
        ("advance_notice", {"comment_until": "2027-01-02", "effective": "2027-01-01"}, "effective"),
        ("advance_notice", {"effective": "2027-01-02", "ends": "2027-01-01"}, "ends"),
        ("trade_pattern", {"period": {"start": "2027-01-02", "end": "2027-01-01"}}, "period.end"),
        ("suspect_entity", {"entity_type": "company", "person": {"sex": "F"}}, "person"),
    ],
)
def test_parts_that_do_not_fit_together_are_named(kind, body, path):
    (problem,) = kinds.get(kind).schema.clean(body, complete=False).problems
    assert problem.path == path


@pytest.mark.parametrize(
    ("language", "quoted"), [("en", "“doce”"), ("es", "«doce»"), ("fr", "«\u00a0doce\u00a0»")]
)
def test_what_came_is_quoted_as_the_language_does(language, quoted):
    with translation.override(language):
        assert problems.came("doce") == quoted
