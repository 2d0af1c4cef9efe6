"""What counts as unusual."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sharing.oversight.models import Notice, Thresholds
from sharing.oversight.watching.rules import Step, judge, usual_limit

NINE = datetime(2026, 11, 18, 9, tzinfo=UTC)
LIMITS = Thresholds(per_hour=5, per_day=12, usual_factor=3, usual_least=4, refusals=3)


def step(minutes: float, record: str = "", **more: Any) -> Step:
    at = NINE + timedelta(minutes=minutes)
    opened = (record,) if record else ()
    return Step(uuid4(), at, at.date(), opened, **more)


def many(number: int, every: float = 1, **more: Any) -> list[Step]:
    return [step(n * every, f"r{n}", **more) for n in range(number)]


def rules(steps: list[Step], **more: Any) -> list[str]:
    return [one.rule for one in judge(steps, LIMITS, **more)]


def test_more_than_the_threshold_in_an_hour_and_not_at_it() -> None:
    assert rules(many(5)) == []
    [found] = judge(many(7), LIMITS)
    assert (found.rule, found.count, found.limit, len(found.entries)) == (Notice.HOUR, 7, 5, 7)


def test_the_hour_slides_and_does_not_begin_on_the_clock() -> None:
    assert rules(many(6, every=11)) == [Notice.HOUR]
    assert rules(many(6, every=12.5)) == []


def test_one_record_counts_once_however_often_it_is_opened() -> None:
    assert rules([step(n, "r1") for n in range(50)]) == []


def test_two_bursts_are_two_findings_and_one_long_one_is_one() -> None:
    apart = many(6) + [step(300 + n, f"s{n}") for n in range(6)]
    assert rules(apart) == [Notice.HOUR, Notice.HOUR]
    assert rules(many(12, every=10)) == [Notice.HOUR]


def test_a_day_of_slow_reading_is_too_much_as_well() -> None:
    assert rules(many(13, every=60)) == [Notice.DAY]


def test_his_own_usual_is_a_median_that_one_wild_day_does_not_move() -> None:
    day = NINE.date()
    history = {day - timedelta(days=n): 2 for n in range(1, 7)}
    assert usual_limit(day, history, LIMITS) == 6
    assert usual_limit(day, {**history, day - timedelta(days=8): 500}, LIMITS) == 6
    assert Notice.USUAL in rules(many(8, every=30), history=history)


def test_there_is_no_usual_yet_for_who_is_new_and_never_one_below_the_least() -> None:
    day = date(2026, 11, 18)
    assert usual_limit(day, {day - timedelta(days=n): 2 for n in range(1, 5)}, LIMITS) is None
    assert usual_limit(day, {day - timedelta(days=n): 1 for n in range(1, 9)}, LIMITS) == 4
    assert usual_limit(day, {day - timedelta(days=n): 9 for n in range(30, 60)}, LIMITS) is None


def test_refusals_close_together_are_a_series() -> None:
    assert rules([step(n, refused=True) for n in range(3)]) == [Notice.REFUSED]
    assert rules([step(n * 6, refused=True) for n in range(3)]) == []


def test_out_of_hours_and_outside_the_subjects_count_by_day() -> None:
    limits = Thresholds(out_of_hours=3, off_subject=2)
    late = [step(n, f"r{n}", out_of_hours=True) for n in range(3)]
    off = [step(n, f"r{n}", off_subject=frozenset({f"r{n}"})) for n in range(2)]
    assert [one.rule for one in judge(late, limits)] == [Notice.HOURS]
    assert [one.rule for one in judge(off, limits)] == [Notice.SUBJECT]


def test_what_was_dealt_with_is_not_found_again() -> None:
    steps = many(8)
    assert rules(steps, settled={Notice.HOUR: steps[5].at}) == []
    assert rules(steps, settled={Notice.DAY: steps[5].at}) == [Notice.HOUR]
