"""Handling: what is accepted, what contradicts itself, and how it reads."""

import datetime as dt
from uuid import uuid4

import pytest
from django.http import QueryDict

from sharing.records import handling

TODAY = dt.date(2026, 11, 21)
GOOD = {
    "audience": ["MX"],
    "tlp": "AMBER",
    "codes": ["H1"],
    "purpose": "customs_enforcement",
    "onward_disclosure": "originator_consent",
    "evaluation": {"source": "A", "information": "2"},
    "review_on": "2027-05-13",
    "expires_on": "2027-11-13",
}


def clean(given, complete=True):
    return handling.clean_handling(
        given, originator="US", parties={"US", "MX", "CA"}, complete=complete, today=TODAY
    )


def test_the_originator_is_always_in_the_audience():
    held, problems = clean(GOOD)
    assert problems == []
    assert held.audience == ("US", "MX")


def test_a_draft_may_say_nothing_yet():
    held, problems = clean({}, complete=False)
    assert problems == []
    assert held.as_dict() == {"audience": ["US"]}


def test_stored_handling_reads_back_the_same():
    held, _problems = clean(GOOD | {"tlp": "RED", "named": [str(uuid4())]})
    assert handling.Handling.of(held.as_dict()) == held


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"audience": ["FR"]}, "handling.audience.0"),
        ({"audience": "MX"}, "handling.audience"),
        ({"audience": ["MX", {"US": 1}]}, "handling.audience.1"),
        ({"tlp": "RED"}, "handling.named"),
        ({"tlp": "RED", "named": ["the boss"]}, "handling.named.0"),
        ({"tlp": "PINK"}, "handling.tlp"),
        ({"tlp": "CLEAR", "codes": [], "contains": ["personal"]}, "handling.tlp"),
        ({"tlp": "CLEAR"}, "handling.tlp"),
        (
            {"codes": ["H2"], "onward_disclosure": "free_within_governments"},
            "handling.onward_disclosure",
        ),
        ({"review_on": "2028-01-01"}, "handling.expires_on"),
        ({"review_on": "2025-01-01", "expires_on": "2026-01-01"}, "handling.expires_on"),
        ({"evaluation": {"source": "A"}}, "handling.evaluation.information"),
        ({"purpose": None}, "handling.purpose"),
        ({"secret": 1}, "handling"),
    ],
)
def test_handling_that_cannot_be_is_refused_with_its_place(change, path):
    held, problems = clean(GOOD | change)
    assert held is None
    assert path in [problem.path for problem in problems]


def test_a_party_that_does_not_take_part_is_refused():
    held, (problem,) = handling.clean_handling(
        GOOD, originator="US", parties={"US"}, complete=False, today=TODAY
    )
    assert held is None
    assert (problem.path, problem.code) == ("handling.audience", "unknown_party")


@pytest.mark.parametrize("given", [[], "x", 7, None])
def test_what_is_no_handling_is_no_crash(given):
    held, problems = clean(given, complete=False)
    assert (held is None) == bool(problems)


def test_named_officers_go_with_red_only():
    assert clean(GOOD | {"named": [str(uuid4())]})[0].named == ()


def test_a_new_draft_has_the_kinds_usual_dates():
    held = handling.proposed("CA", 6, 12, dt.date(2026, 8, 31))
    assert (held.review_on, held.expires_on) == (dt.date(2027, 2, 28), dt.date(2027, 8, 31))


def test_the_form_shows_its_own_problems():
    posted = QueryDict("handling-tlp=PINK&handling-audience=MX&summary=x")
    given = handling.SCHEMA.parse_form(posted, prefix="handling")
    _held, problems = clean(given, complete=False)
    bound = handling.SCHEMA.bind(given, handling.own_problems(problems), "en", prefix="handling")
    assert bound["tlp"].name == "handling-tlp"
    assert "PINK" in bound["tlp"].problem
