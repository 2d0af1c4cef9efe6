"""Reads of the ledger: one Party's lines, newest first, in pages that never skip or repeat."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, Count, Max, Min, Q, QuerySet, When
from django.http import Http404

from audit import cursor as cursors
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import AUDITOR, Identity

from ..days import moments
from ..models import Disclosure
from . import totals as summed

PAGE = 50
OPENED = (Disclosure.READ, Disclosure.PRINTED, Disclosure.DOWNLOADED)
#: Readings of one record that are gone through; what was released and delivered never gives way.
MOST_OPENED = 1000


@dataclass(frozen=True, slots=True)
class Question:
    """What of the ledger is asked for; empty fields ask for everything. Days are those of `zone`."""

    direction: str = ""
    other: str = ""
    event: str = ""
    kind: str = ""
    purpose: str = ""
    reference: str = ""
    since: date | None = None
    until: date | None = None
    zone: str = "UTC"

    def stored(self) -> dict[str, str]:
        """As JSON keeps it: what was asked, and no more."""
        return {name: str(value) for name, value in asdict(self).items() if value}

    @classmethod
    def of(cls, stored: dict[str, str]) -> Question:
        found: dict[str, Any] = dict(stored)
        for name in ("since", "until"):
            if name in found:
                found[name] = date.fromisoformat(found[name])
        return cls(**found)


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Disclosure]
    older: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """What passed between the own Party and another one: records, and how often they were opened."""

    other: str
    given: int
    received: int
    opened_there: int
    opened_here: int


def asked(identity: Identity, question: Question) -> QuerySet[Disclosure]:
    """The Party's lines that answer the question, as far as this identity may read the ledger."""
    require(identity, "ledger.read")
    found = Disclosure.objects.filter(party=identity.party)
    for name in ("direction", "other", "event", "kind", "purpose"):
        if value := getattr(question, name):
            found = found.filter(**{name: value})
    if question.reference:
        found = found.filter(reference=question.reference.upper())
    since, until = moments(question.since, question.until, question.zone)
    if since:
        found = found.filter(at__gte=since)
    if until:
        found = found.filter(at__lt=until)
    return found.order_by("-at", "-id")


def page(identity: Identity, question: Question, cursor: str = "", size: int = PAGE) -> Page:
    """One page that begins after `cursor`; raises BadCursor."""
    lines, older = cursors.page(asked(identity, question), cursor, size, int)
    return Page(cut(identity, lines), older)


def cut(identity: Identity, lines: list[Disclosure]) -> list[Disclosure]:
    """The names of who read are for the Party's auditors alone."""
    if AUDITOR not in identity.roles:
        for line in lines:
            line.reader = ""
    return lines


def totals(identity: Identity, question: Question) -> list[Total]:
    """By Party: how many records went and came, and how often they were opened."""
    found = asked(identity, question).order_by()
    if _asks_for_all(identity, question):
        sums = summed.now(identity.party, AUDITOR in identity.roles or identity.node)
        sums = {other: sums[other] for other in sums if question.other in ("", other)}
    else:
        sums = _counted(found)
    return [Total(other, *numbers) for other, numbers in sorted(sums.items())]


def _asks_for_all(identity: Identity, question: Question) -> bool:
    """Whether every line answers, or every one of a Party, since no day leaves any out."""
    if question == (every := Question(other=question.other, zone=question.zone)):
        return True
    if replace(question, since=None, until=None) != every:
        return False
    since, until = moments(question.since, question.until, question.zone)
    lines = Disclosure.objects.filter(party=identity.party)
    ends = lines.aggregate(first=Min("at"), last=Max("at"))
    if ends["last"] is None:
        return True
    return not (since and since > ends["first"]) and not (until and until <= ends["last"])


#: Without room for a record each, hundreds of thousands are sorted on disk, at four times the cost.
_ROOM = "SET LOCAL work_mem = '64MB'"


def _counted(found: QuerySet[Disclosure]) -> summed.Sums:
    """The same of some lines: each record once, and of the tallies that a Party tells of it the
    largest, which holds the ones before it."""
    sums: summed.Sums = {}
    records = found.values("other", "direction", "record_id").annotate(
        passed=Max(Case(When(event__in=Disclosure.DISCLOSING, then=1), default=0)),
        opened=Count("id", filter=Q(event__in=OPENED)),
        told=Max("times", filter=Q(event=Disclosure.READ)),
    )
    for row in _by_party(records):
        numbers = sums.setdefault(row[0], [0, 0, 0, 0])
        given = row[1] == Disclosure.GIVEN
        numbers[0 if given else 1] += row[2]
        numbers[2 if given else 3] += row[4] if given else row[3]
    return sums


def _by_party(records: Any) -> list[tuple[Any, ...]]:
    """(other, direction, records passed, opened, told): sums of sums, in the database."""
    query, values = records.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_ROOM)
        cursor.execute(
            "SELECT other, direction, sum(passed)::bigint, sum(opened)::bigint,"  # noqa: S608
            f" coalesce(sum(told), 0)::bigint FROM ({query}) AS records GROUP BY other, direction",
            values,
        )
        return list(cursor.fetchall())


@dataclass(slots=True)
class Between:
    """What one record's lines say of one other Party, at a glance."""

    other: str
    direction: str
    number: int | None = None
    purpose: str = ""
    basis: tuple[str, ...] = ()
    proposed_by: str = ""
    approved_by: str = ""
    released_at: datetime | None = None
    delivered_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    times: int = 0
    officers: int = 0
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """An officer of the own Party who opened it."""

    name: str
    times: int
    first: datetime
    last: datetime


#: These end what was released, until it is released again.
ENDED = (
    Disclosure.RECALLED,
    Disclosure.NARROWED,
    Disclosure.LOCKED,
    Disclosure.WITHDRAWN,
)


def of_record(identity: Identity, reference: str, record: UUID | None = None) -> list[Disclosure]:
    """The lines of one record, newest first: all but the readings before the newest thousand.
    Http404 where there is none."""
    require(identity, "ledger.read")
    found = Disclosure.objects.filter(party=identity.party)
    found = found.filter(record_id=record) if record else found.filter(reference=reference)
    newest = found.order_by("-at", "-id")
    lines = [*newest.exclude(event__in=OPENED), *newest.filter(event__in=OPENED)[:MOST_OPENED]]
    if not lines:
        raise Http404
    return cut(identity, sorted(lines, key=lambda line: (line.at, line.pk), reverse=True))


def between(lines: Iterable[Disclosure]) -> list[Between]:
    """By Party, from all the lines of a record, newest first."""
    found: dict[str, Between] = {}
    for line in sorted(lines, key=lambda line: (line.at, line.pk)):
        one = found.setdefault(line.other, Between(line.other, line.direction))
        _add(one, line)
    return [found[other] for other in sorted(found)]


def _add(one: Between, line: Disclosure) -> None:
    if line.event in Disclosure.DISCLOSING:
        if line.event == Disclosure.RELEASED:
            one.released_at, one.delivered_at, one.ended_at, one.ended_by = line.at, None, None, ""
        one.number, one.purpose, one.basis = line.number, line.purpose, tuple(line.basis)
        one.proposed_by, one.approved_by = line.proposed_by, line.approved_by
    elif line.event == Disclosure.DELIVERED:
        one.delivered_at = line.at
    elif line.event in ENDED:
        one.ended_at, one.ended_by = one.ended_at or line.at, one.ended_by or line.event
    elif line.event in OPENED:
        one.times = line.times or one.times + 1
        one.officers = line.officers or one.officers
        one.read_at = line.at


def readers(lines: Iterable[Disclosure]) -> list[Reader]:
    """Who of the own Party opened it, the last one first."""
    found: dict[str, list[datetime]] = {}
    for line in lines:
        if line.event in OPENED and line.reader:
            found.setdefault(line.reader, []).append(line.at)
    made = [Reader(name, len(at), min(at), max(at)) for name, at in found.items()]
    return sorted(made, key=lambda one: one.last, reverse=True)


def lately(identity: Identity, days: int = 7) -> dict[str, Any]:
    """For the first page: how many records went out and came in these days, and the last that were
    refused there."""
    since = clock.now() - timedelta(days=days)
    found = Disclosure.objects.filter(party=identity.party, at__gte=since)
    passed = Q(event__in=Disclosure.DISCLOSING)
    counts = found.aggregate(
        given=Count("record_id", filter=passed & Q(direction=Disclosure.GIVEN), distinct=True),
        received=Count(
            "record_id", filter=passed & Q(direction=Disclosure.RECEIVED), distinct=True
        ),
    )
    refused = found.filter(event=Disclosure.REFUSED).order_by("-at", "-id")
    return {**counts, "refused": list(refused[:3])}
