"""Reads of the log: one Party's entries, newest first, in pages that never skip or repeat."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

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
        found = found.filter(Q(actor=question.actor) | Q(actor_name__icontains=question.actor))
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
            Q(detail_text__icontains=question.text)
            | Q(purpose__icontains=question.text)
            | Q(about__icontains=question.text)
            | Q(actor_name__icontains=question.text)
        )
    return found


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


def page(party: str, question: Question, cursor: str = "", size: int = PAGE) -> Page:
    """One page that begins after `cursor`; raises BadCursor."""
    return Page(*cursors.page(asked(party, question), cursor, size, UUID))
