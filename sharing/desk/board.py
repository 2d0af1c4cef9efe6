"""The notice board: what rules change, when they count, and who has acknowledged."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils import translation
from django.utils.dates import WEEKDAYS_ABBR

from cordillera import clock
from cordillera.access.identity import Identity
from sharing.records import codes, kinds, lifecycle
from sharing.records import queries as records
from sharing.records.models import Record

from .asking import one, written
from .models import InboxItem

KIND = "advance_notice"
SUNDAY, MONDAY = 6, 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What an officer asked the board for; anything unknown is left out."""

    view: str = "list"
    party: str = ""
    hs: str = ""
    impact: str = ""
    stage: str = ""
    over: bool = False
    month: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Asked:
        hs = "".join(c for c in str(query.get("hs", "")) if c.isdigit())[:10]
        return cls(
            view=one(query, "view", ("list", "calendar")) or "list",
            party=one(query, "party", codes.get("party")),
            hs=hs,
            impact=one(query, "impact", codes.get("impact")),
            stage=one(query, "stage", codes.get("stage")),
            over=query.get("over") == "1",
            month=str(query.get("month", ""))[:7],
        )

    def query(self, **changes: str) -> str:
        parts = {
            "view": "" if self.view == "list" else self.view,
            "party": self.party,
            "hs": self.hs,
            "impact": self.impact,
            "stage": self.stage,
            "over": "1" if self.over else "",
            "month": self.month,
            **changes,
        }
        return written(parts)

    @property
    def first_day(self) -> date:
        """The first day of the month asked for; this month's where the address says no other."""
        try:
            year, month = self.month.split("-")
            first = date(int(year), int(month), 1)
        except ValueError:
            first = clock.today()
        # Beyond these a calendar has no month before or after.
        return (first if 1900 <= first.year <= 2200 else clock.today()).replace(day=1)


def notices(identity: Identity, asked: Asked) -> Any:
    """The notices asked for, among those the officer sees; the next to take effect first."""
    found = records.visible(identity).filter(kind=KIND, state__in=lifecycle.IN_FORCE)
    if asked.party:
        found = found.filter(originator=asked.party)
    if asked.impact:
        found = found.filter(**{"featured__impact.level": asked.impact})
    if asked.stage:
        found = found.filter(**{"featured__measure.stage": asked.stage})
    if asked.hs:
        found = found.filter(_about_hs(asked.hs)).distinct()
    return found


def _about_hs(code: str) -> Q:
    """Notices about the code, about what it contains, or about the heading it belongs to. A notice
    that names no goods concerns all of them."""
    wider = [code[:n] for n in (2, 4, 6, 8, 10) if n <= len(code)]
    named = Q(terms__type="hs") & (Q(terms__value__startswith=code) | Q(terms__value__in=wider))
    return named | ~Q(featured__has_key="hs_scope")


def coming(found: Any, over: bool) -> Any:
    """Those still to take effect, or (`over`) those in effect, the latest first."""
    if over:
        return found.filter(effective_on__lt=clock.today()).order_by(
            "-effective_on", "-released_at"
        )
    return found.filter(Q(effective_on__gte=clock.today()) | Q(effective_on=None)).order_by(
        F("effective_on").asc(nulls_last=True), "-released_at"
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One notice with each other Party's acknowledgement, and what the own one may do."""

    record: Record
    facts: list[tuple[str, str]]
    acknowledged: list[tuple[str, bool]]
    item: InboxItem | None

    @property
    def waits_for_us(self) -> bool:
        return self.item is not None and self.item.acknowledged_at is None and not self.item.is_own


def lines(identity: Identity, found: Iterable[Record]) -> list[Line]:
    rows = list(found)
    done = _acknowledged(identity, [row.pk for row in rows])
    items = InboxItem.objects.visible_to(identity).filter(record__in=rows)
    mine = {item.record_id: item for item in items}
    language = (translation.get_language() or "en")[:2]
    return [
        Line(
            row,
            kinds.get(KIND).show_featured(
                {p: v for p, v in row.featured.items() if p != "effective"}, language
            ),
            [(code, code in done[row.pk]) for code in row.released_to if code != row.originator_id],
            mine.get(row.pk),
        )
        for row in rows
    ]


def _acknowledged(identity: Identity, notices: list[UUID]) -> dict[UUID, set[str]]:
    """Notice -> the Parties whose acknowledgement this officer sees."""
    done: dict[UUID, set[str]] = defaultdict(set)
    answers = records.visible(identity).filter(
        about__in=notices, kind="acknowledgement", state__in=lifecycle.IN_FORCE
    )
    for answer in answers:
        if answer.about_id is not None:
            done[answer.about_id].add(answer.originator_id)
    return done


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    outside: bool
    today: bool
    takes_effect: list[Record]
    comments_end: list[Record]


def month(found: Any, first: date) -> list[list[Day]]:
    """The weeks of the month that begins at `first`, each day with what falls on it."""
    weeks = calendar.Calendar(week_start()).monthdatescalendar(first.year, first.month)
    span = (weeks[0][0], weeks[-1][-1])
    falling = found.filter(Q(effective_on__range=span) | Q(comment_until__range=span))
    effect: dict[date | None, list[Record]] = defaultdict(list)
    comments: dict[date | None, list[Record]] = defaultdict(list)
    for record in falling:
        effect[record.effective_on].append(record)
        comments[record.comment_until].append(record)
    return [
        [
            Day(day, day.month != first.month, day == clock.today(), effect[day], comments[day])
            for day in week
        ]
        for week in weeks
    ]


def week_start() -> int:
    """Weeks begin on Sunday for English readers, on Monday for the others."""
    return SUNDAY if (translation.get_language() or "en").startswith("en") else MONDAY


def weekdays() -> list[Any]:
    return [WEEKDAYS_ABBR[(week_start() + n) % 7] for n in range(7)]


def beside(first: date, months: int) -> str:
    """The month before (-1) or after (1), as the address writes it."""
    other = first - timedelta(days=1) if months < 0 else first + timedelta(days=32)
    return f"{other:%Y-%m}"
