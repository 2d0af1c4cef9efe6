"""What the other Parties answered: who has acknowledged, and everything in the order it came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from cordillera.access.identity import Identity

from .. import kinds, queries
from ..attachments import showing
from ..models import Record, Version
from ..schema import Shown
from .languages import reader_language

TONES = {
    "hit_confirmed": "red",
    "hit_pending": "amber",
    "sighted_no_action": "amber",
    "no_hit": "quiet",
    "false_positive": "quiet",
    "dispute": "red",
    "inaccuracy": "amber",
}
DISPUTING = ("dispute", "inaccuracy")
#: Shown at the head of an answer's entry, or not needed there.
HEAD = {"title", "original_language", "summary_translations", "links"}


@dataclass(slots=True)
class Answer:
    """One answer: its own record, what it says, and the colour of its dot. `language` where its
    words are not in the reader's."""

    record: Record
    language: str = ""
    tone: str = ""
    outcome: str = ""
    facts: list[Shown] = field(default_factory=list)
    texts: list[Shown] = field(default_factory=list)
    files: list[showing.Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Whether a Party of the audience has acknowledged, as far as the reader sees."""

    party: str
    answer: Record | None


def all_of(identity: Identity, record: Record) -> list[Answer]:
    """Every answer that the reader sees, oldest first."""
    found = [_answer(one) for one in queries.answers(identity, record)]
    files = showing.of_records([one.record for one in found])
    for one in found:
        one.files = files.get(one.record.pk, [])
    return found


def _answer(record: Record) -> Answer:
    body: dict[str, Any] = record.current.body if record.current else {}
    written, reader = body.get("original_language", ""), reader_language()
    answer = Answer(record, "" if written == reader else written)
    shown = kinds.get(record.kind).display(body, reader)
    for child in shown.children:
        if child.name in HEAD:
            continue
        if child.is_code and isinstance(child.raw, str) and child.name in ("result", "nature"):
            answer.tone, answer.outcome = TONES.get(child.raw, ""), child.text
        elif child.widget == "textarea":
            answer.texts.append(child)
        else:
            answer.facts.append(child)
    return answer


@dataclass(frozen=True, slots=True)
class Marks:
    """What answers put on the record's head."""

    own_acknowledgement: Record | None
    corrections: list[Record]

    @property
    def disputed(self) -> bool:
        return any(one.featured.get("nature") == "dispute" for one in self.corrections)


def marks(identity: Identity, record: Record, version: Version) -> Marks:
    """The own Party's acknowledgement, and who disputes `version` or reports it inaccurate. A
    later version answers what was said of an earlier one."""
    if version.released_at is None:
        return Marks(None, [])
    found = queries.answers(identity, record).filter(
        Q(kind="acknowledgement", originator_id=identity.party)
        | (Q(released_at__gt=version.released_at) & _correcting())
    )
    held = list(found)
    own = next((one for one in held if one.kind == "acknowledgement"), None)
    return Marks(own, [one for one in held if one.kind != "acknowledgement"])


def _correcting() -> Q:
    comment = Q(kind="comment", featured__nature__in=DISPUTING)
    return comment | Q(kind="sighting", current__body__asks_correction=True)


def acknowledgements(record: Record, answers: list[Answer]) -> list[Acknowledged]:
    """One line per other Party of the audience that the version in force names."""
    first: dict[str, Record] = {}
    for answer in answers:
        if answer.record.kind == "acknowledgement":
            first.setdefault(answer.record.originator_id, answer.record)
    others = [code for code in record.audience if code != record.originator_id]
    return [Acknowledged(code, first.get(code)) for code in others]
