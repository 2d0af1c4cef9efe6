"""Reads of the log: one Party's entries, newest first, in pages that never skip or repeat."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from . import blocks
from . import cursor as cursors
from .models import Entry
from .witnesses import WitnessState, witness_states

__all__ = [
    "PAGE",
    "Page",
    "Question",
    "WitnessState",
    "asked",
    "page",
    "tags",
    "witness_states",
]

PAGE = 50


@dataclass(frozen=True, slots=True)
class Question:
    """What of the log is asked for; empty fields ask for everything. `other` is a Party that the
    entry speaks of."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str = ""
    tag: str = ""
    about: str = ""
    text: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    entries: list[Entry] = field(default_factory=list)
    older: str = ""


def asked(party: str, question: Question) -> QuerySet[Entry]:
    """The Party's entries that answer the question, newest first."""
    found = Entry.objects.filter(party=party).order_by("-at", "-id")
    if question.since:
        found = found.filter(at__gte=question.since)
    if question.until:
        found = found.filter(at__lt=question.until)
    if question.actor:
        found = found.filter(Q(actor=question.actor) | _says("actor_name", question.actor))
    if question.tag:
        found = found.filter(Q(tag=question.tag) | Q(tag__startswith=f"{question.tag}:"))
    if question.about:
        found = found.filter(
            Q(about__iexact=question.about) | Q(detail__reference__iexact=question.about)
        )
    if question.other:
        found = found.filter(_speaks_of(question.other))
    if question.text:
        found = found.annotate(detail_text=Cast("detail", TextField())).filter(
            _says_in_json("detail_text", question.text)
            | _says("purpose", question.text)
            | _says("about", question.text)
            | _says("actor_name", question.text)
        )
    return found


#: Before a word: nothing, or a sign. In JSON a sign may be written with letters, and none of these begins
#: a word itself.
_PLAIN = r"(?:^|[^[:alnum:]])"
_IN_JSON = r"(?:[^[:alnum:]\\]|(?:^|[^\\])(?:\\\\)*\\(?:[^u]|u[0-9a-f]{4}))"


def _says(field: str, text: str, before: str = _PLAIN) -> Q:
    """The text stands there as it is, whatever its case, and begins where a word does."""
    return Q(**{f"{field}__icontains": text}) & Q(**{f"{field}__iregex": before + re.escape(text)})


def _says_in_json(field: str, text: str) -> Q:
    return _says(field, json.dumps(text, ensure_ascii=False)[1:-1], _IN_JSON)


def _speaks_of(party: str) -> Q:
    """Entries in which another Party takes part: its record, its channel, its key, its officer."""
    return (
        Q(about=party)
        | Q(about__startswith=f"{party}-")
        | Q(about__startswith=f"{party} ")
        | Q(about__endswith=f"-{party}")
        | Q(detail__reference__startswith=f"{party}-")
        | Q(detail__sender=party)
        | Q(detail__recipient=party)
        | Q(detail__party=party)
        | Q(detail__audience__contains=[party])
    )


#: So many blocks are looked through first, and four times as many each time that they do not do.
AT_FIRST = 4


def page(party: str, question: Question, cursor: str = "", size: int = PAGE) -> Page:
    """One page that begins after `cursor`; raises BadCursor. The present Party is this one."""
    marks = blocks.wanted(party, question)

    def marked(found: QuerySet[Entry], before: datetime | None, most: int) -> list[Entry]:
        return _marked(found, question, marks, before, most)

    take = marked if marks else cursors.first
    return Page(*cursors.page(asked(party, question), cursor, size, UUID, take))


def _marked(
    found: QuerySet[Entry], question: Question, marks: str, before: datetime | None, most: int
) -> list[Entry]:
    """The newest of them: those that have no block yet, and then block by block, the latest first,
    until no later block can hold a newer one."""
    ends = [one for one in (question.until, before) if one]
    # In this order: what gets its block in between is read twice, and in the other one not at all.
    rows, begin, width = list(blocks.within(found, [], rest=True)[:most]), 0, AT_FIRST
    covering = blocks.covering(marks, question.since, min(ends, default=None))
    while begin < len(covering):
        if len(rows) == most and rows[-1].at > covering[begin].until:
            break
        part = [one.number for one in covering[begin : begin + width]]
        once = {entry.pk: entry for entry in (*rows, *blocks.within(found, part)[:most])}
        rows = sorted(once.values(), key=lambda entry: (entry.at, entry.pk), reverse=True)[:most]
        begin, width = begin + width, width * 4
    return rows


def tags(party: str, since: datetime) -> Counter[str]:
    """How many entries the Party has of each tag from this moment on."""
    return blocks.counted(party, since)
