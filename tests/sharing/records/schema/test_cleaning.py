"""What a schema accepts and refuses."""

import pytest

from sharing.records.schema import Code, Date, Decimal, Many, Schema, Text

SCHEMA = Schema(
    Text("name", "Name", required=True, max_length=20),
    Decimal("weight", "Weight"),
    Date("day", "Day"),
    Code("mode", "Mode", codes="mode"),
    Many("marks", "Marks", item=Text("", "Mark"), max_items=3),
)


def problem_of(data, complete=False):
    (problem,) = SCHEMA.clean(data, complete=complete).problems
    return problem.path, problem.code


def test_a_draft_may_be_incomplete():
    assert SCHEMA.clean({}, complete=False).problems == []


def test_a_release_may_not():
    assert problem_of({}, complete=True) == ("name", "required")


def test_values_are_trimmed_and_normalised():
    came = {"name": "  Cafe\u0301\u200b ", "weight": 22.40, "mode": "1", "marks": ["a", ""]}
    kept = {"name": "Café", "weight": "22.4", "mode": "1", "marks": ["a"]}
    assert SCHEMA.clean(came, complete=True).value == kept


@pytest.mark.parametrize(
    ("data", "path", "code"),
    [
        ({"nmae": "x"}, "", "unknown_field"),
        ({"name": 7}, "name", "wrong_type"),
        ({"name": "a\x00b"}, "name", "control_character"),
        ({"name": "a\nb"}, "name", "line_break"),
        ({"name": "evil\u202egnp"}, "name", "direction_character"),
        ({"name": "evil\u2066gnp"}, "name", "direction_character"),
        ({"name": "half\ud800"}, "name", "not_unicode"),
        ({"name": "x" * 21}, "name", "too_long"),
        ({"name": "x" * 10_000_000}, "name", "too_long"),
        ({"weight": float("nan")}, "weight", "wrong_type"),
        ({"weight": float("inf")}, "weight", "wrong_type"),
        ({"weight": "1,900"}, "weight", "wrong_type"),
        ({"weight": True}, "weight", "wrong_type"),
        ({"weight": -1}, "weight", "out_of_range"),
        ({"weight": "0.0000001"}, "weight", "too_precise"),
        ({"day": "2026-02-30"}, "day", "not_a_date"),
        ({"day": "30/11/2026"}, "day", "not_a_date"),
        ({"mode": "77"}, "mode", "unknown_code"),
        ({"mode": ["1"]}, "mode", "wrong_type"),
        ({"marks": {"0": "a"}}, "marks", "wrong_type"),
        ({"marks": ["a", "b", "c", "d"]}, "marks", "too_many"),
        ({"marks": ["a", 5]}, "marks.1", "wrong_type"),
        ([], "", "wrong_type"),
        (None, "", "wrong_type"),
    ],
)
def test_what_is_malformed_is_refused_with_its_place(data, path, code):
    assert problem_of(data) == (path, code)


def test_a_problem_names_what_came_and_what_was_wanted():
    (problem,) = SCHEMA.clean({"weight": "about\u202e5"}, complete=False).problems
    assert "a number was expected" in str(problem.message).lower()
    assert "aboutU+202E5" in str(problem.message)


def test_a_flood_of_faults_is_cut_short():
    assert len(SCHEMA.clean({"marks": [{}, *([5] * 2)]}, complete=False).problems) == 2
    assert len(SCHEMA.clean({f"x{n}": n for n in range(99_999)}, complete=False).problems) == 1
