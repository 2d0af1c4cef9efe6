"""What the other Parties answered: who has acknowledged, and everything in the order it came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cordillera.access.identity import Identity

from .. import kinds, queries
from ..attachments import showing
from ..disputes import DISPUTE
from ..models import Record
from ..schema import Shown
from . import disputing
from .languages import reader_language

TONES = {
    "hit_confirmed": "red",
    "hit_pending": "amber",
    "sighted_no_action": "amber",
    "no_hit": "quiet",
    "false_positive": "quiet",
    "upheld": "green",
    "partly": "green",
    "rejected": "quiet",
}
#: Kinds of answer whose dot has its own colour.
KIND_TONES = {"dispute": "red"}
#: Shown at the head of an answer's entry, or not needed there.
HEAD = {"title", "original_language", "summary_translations", "links", "points", "version"}


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
    points: list[disputing.Point] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Whether a Party of the audience has acknowledged, as far as the reader sees."""

    party: str
    answer: Record | None


def all_of(identity: Identity, record: Record) -> list[Answer]:
    """Every answer that the reader sees, oldest first."""
    found = []
    for one in queries.answers(identity, record):
        one.about = record
        found.append(_answer(one))
    files = showing.of_records([one.record for one in found])
    for answer in found:
        answer.files = files.get(answer.record.pk, [])
    return found


def _answer(record: Record) -> Answer:
    body: dict[str, Any] = record.current.body if record.current else {}
    written, reader = body.get("original_language", ""), reader_language()
    answer = Answer(record, "" if written == reader else written)
    answer.tone = KIND_TONES.get(record.kind, "")
    if record.kind == DISPUTE:
        answer.points = disputing.points(record)
    shown = kinds.get(record.kind).display(body, reader)
    for child in shown.children:
        if child.name in HEAD:
            continue
        if (
            child.is_code
            and isinstance(child.raw, str)
            and child.name in ("result", "nature", "outcome")
        ):
            answer.tone, answer.outcome = TONES.get(child.raw, ""), child.text
        elif child.widget == "textarea":
            answer.texts.append(child)
        else:
            answer.facts.append(child)
    return answer


def own_acknowledgement(identity: Identity, record: Record) -> Record | None:
    """The own Party's, the first one."""
    found = queries.answers(identity, record, "acknowledgement")
    first: Record | None = found.filter(originator_id=identity.party).first()
    return first


def acknowledgements(record: Record, answers: list[Answer]) -> list[Acknowledged]:
    """One line per other Party of the audience that the version in force names."""
    first: dict[str, Record] = {}
    for answer in answers:
        if answer.record.kind == "acknowledgement":
            first.setdefault(answer.record.originator_id, answer.record)
    others = [code for code in record.released_to if code != record.originator_id]
    return [Acknowledged(code, first.get(code)) for code in others]
