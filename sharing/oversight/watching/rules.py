"""What counts as unusual. Pure: steps and limits in, findings out, for the watch and its preview.

Records count once: whoever opens the same one again has opened one record. His own usual is the
median of those of his last 28 days on which he opened any: one wild day does not move it, a quiet
week does not lower it, and who has fewer than five such days has no usual yet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

from ..models import Notice, Thresholds

HOUR = timedelta(hours=1)
#: How far back the usual looks, and from how many days on there is one.
LOOK_BACK, FEWEST_DAYS = 28, 5


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the log about what an officer did. `day` is that of his unit's time zone."""

    entry: UUID
    at: datetime
    day: date
    opened: tuple[str, ...] = ()
    refused: bool = False
    out_of_hours: bool = False
    off_subject: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """`count` is the most that was found at once, `limit` what it exceeded or reached."""

    rule: str
    count: int
    limit: int
    entries: tuple[UUID, ...]
    begins_at: datetime
    ends_at: datetime


History = Mapping[date, int]
Rule = Callable[[Sequence[Step], Thresholds, History], Iterator[Finding]]


def judge(
    steps: Iterable[Step],
    limits: Thresholds,
    history: History | None = None,
    settled: Mapping[str, datetime] | None = None,
) -> list[Finding]:
    """What is unusual in one officer's steps. `history` has his records by day; `settled`, by rule,
    until when an auditor has dealt with what was found: that is not found again."""
    ordered = sorted(steps, key=lambda step: (step.at, step.entry))
    found: list[Finding] = []
    for rule, look in RULES.items():
        since = (settled or {}).get(rule)
        fresh = [step for step in ordered if since is None or step.at > since]
        found += look(fresh, limits, history or {})
    return found


def _finding(rule: str, count: int, limit: int, steps: Sequence[Step]) -> Finding:
    ids = tuple(step.entry for step in steps)
    return Finding(rule, count, limit, ids, steps[0].at, steps[-1].at)


def _runs(
    steps: Sequence[Step], span: timedelta, things: Callable[[Step], Iterable[object]], limit: int
) -> Iterator[tuple[int, Sequence[Step]]]:
    """Stretches in which every step belongs to a window of length `span` with at least `limit`
    different things; with the most that one window held."""
    inside: Counter[object] = Counter()
    left, begun, ended, most = 0, 0, -1, 0
    for right, step in enumerate(steps):
        inside.update(things(step))
        while step.at - steps[left].at >= span:
            inside.subtract(things(steps[left]))
            left += 1
        count = sum(1 for number in inside.values() if number > 0)
        if count < limit:
            continue
        if ended >= 0 and left > ended:
            yield most, steps[begun : ended + 1]
            ended, most = -1, 0
        begun = left if ended < 0 else begun
        ended, most = right, max(most, count)
    if ended >= 0:
        yield most, steps[begun : ended + 1]


def _in_an_hour(steps: Sequence[Step], limits: Thresholds, _: History) -> Iterator[Finding]:
    opened = [step for step in steps if step.opened]
    for count, run in _runs(opened, HOUR, lambda step: step.opened, limits.per_hour + 1):
        yield _finding(Notice.HOUR, count, limits.per_hour, run)


def _refused(steps: Sequence[Step], limits: Thresholds, _: History) -> Iterator[Finding]:
    refused = [step for step in steps if step.refused]
    span = timedelta(minutes=limits.refusal_minutes)
    for count, run in _runs(refused, span, lambda step: [step.entry], limits.refusals):
        yield _finding(Notice.REFUSED, count, limits.refusals, run)


def _by_day(
    steps: Iterable[Step], records: Callable[[Step], Collection[str]]
) -> Iterator[tuple[date, int, list[Step]]]:
    """Each day's steps that count, and how many records they are about."""
    days: dict[date, list[Step]] = defaultdict(list)
    for step in steps:
        if records(step):
            days[step.day].append(step)
    for day, those in sorted(days.items()):
        yield day, len({record for step in those for record in records(step)}), those


def opened_by_day(steps: Iterable[Step]) -> dict[date, int]:
    return {day: count for day, count, _ in _by_day(steps, lambda step: step.opened)}


def _in_a_day(steps: Sequence[Step], limits: Thresholds, _: History) -> Iterator[Finding]:
    for _day, count, those in _by_day(steps, lambda step: step.opened):
        if count > limits.per_day:
            yield _finding(Notice.DAY, count, limits.per_day, those)


def usual_limit(day: date, history: History, limits: Thresholds) -> int | None:
    """How many records are still usual for him on `day`; None where he has no usual yet."""
    earliest = day - timedelta(days=LOOK_BACK)
    before = [count for one, count in history.items() if earliest <= one < day and count]
    if len(before) < FEWEST_DAYS:
        return None
    return max(limits.usual_least, int(limits.usual_factor * median(before)))


def _more_than_usual(
    steps: Sequence[Step], limits: Thresholds, history: History
) -> Iterator[Finding]:
    for day, count, those in _by_day(steps, lambda step: step.opened):
        limit = usual_limit(day, history, limits)
        if limit is not None and count > limit:
            yield _finding(Notice.USUAL, count, limit, those)


def _out_of_hours(steps: Sequence[Step], limits: Thresholds, _: History) -> Iterator[Finding]:
    late = [step for step in steps if step.out_of_hours]
    for _day, count, those in _by_day(late, lambda step: step.opened):
        if count >= limits.out_of_hours:
            yield _finding(Notice.HOURS, count, limits.out_of_hours, those)


def _off_subject(steps: Sequence[Step], limits: Thresholds, _: History) -> Iterator[Finding]:
    for _day, count, those in _by_day(steps, lambda step: step.off_subject):
        if count >= limits.off_subject:
            yield _finding(Notice.SUBJECT, count, limits.off_subject, those)


RULES: dict[str, Rule] = {
    Notice.HOUR: _in_an_hour,
    Notice.DAY: _in_a_day,
    Notice.USUAL: _more_than_usual,
    Notice.HOURS: _out_of_hours,
    Notice.SUBJECT: _off_subject,
    Notice.REFUSED: _refused,
}
