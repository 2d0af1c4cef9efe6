"""What the log is searched by: of each Party, for each 256 entries of the tree, the marks they bear.

An entry bears its words, its officer, tag, record and the Parties that it speaks of. A question names
marks; the blocks that bear them all are found by one index, and their entries are held against the
question itself. So nothing is added to the writing of an entry: blocks are made behind the sequencer,
and the few entries that have none yet are always looked through. Every mark begins with its Party:
what is asked of one Party's log touches no other's, not even for a moment.

Words are found from their beginning on, as they stand: "US-OA" and "customs_enf" are found, "orcement"
is not.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from . import tree
from .database import BLOCKS, look_up_one_by_one, try_lock, whole_log

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from .models import Entry
    from .queries import Question

WIDTH = 256
#: So many blocks are made in one transaction, and at most so many of these at one ring.
BATCH, MOST = 20, 50
#: Longer words are cut in parts; a block with more than so many bytes of words is found by any.
WORD, MOST_BYTES = 40, 900_000
ANYTHING = "*"

_WORDS = re.compile(rf"[^\W_]{{1,{WORD}}}")
_SIGNS = re.compile(r"\\(?:u[0-9a-f]{4}|.)")
#: Of an id the beginning is a word: the rest would be most of the index.
_ID = re.compile(r"\b([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_SOME_OF_ID = re.compile(r"\b([0-9a-f]{8})(?:-[0-9a-f]{1,12}){1,4}\b")

_ENTRIES = """
    SELECT l.index / 256, e.party, e.at, e.tag, e.actor, e.actor_name, e.about, e.purpose, e.detail::text
    FROM audit_leaf l JOIN audit_entry e ON e.id = l.entry_id
    WHERE l.index >= %s AND l.index < %s
"""
_KEEP = """
    INSERT INTO audit_block (number, party, since, until, tags, marks)
    VALUES (%s, %s, %s, %s, %s, array_to_tsvector(%s::text[]))
"""
#: One statement, so that a block made meanwhile is counted neither twice nor not at all.
_COUNTED = """
    WITH sums AS MATERIALIZED (SELECT tag, entries, edge FROM audit_counted(%(since)s))
    SELECT tag, entries FROM sums WHERE edge IS NULL
    UNION ALL
    SELECT e.tag, count(*) FROM audit_entry e
    WHERE e.party = %(party)s AND e.at > %(since)s AND e.id = ANY(ARRAY(
        SELECT audit_in_blocks((SELECT edge FROM sums WHERE edge IS NOT NULL), true)
    ))
    GROUP BY e.tag
"""
_NEXT = "SELECT coalesce(max(number) + 1, 0) FROM audit_block"


def words(text: str) -> list[str]:
    """Its words, in their order; very long ones in parts."""
    return _WORDS.findall(_ID.sub(r"\1", text.lower()))


@dataclass(frozen=True, slots=True)
class Covering:
    """A block in which an answer may lie, and the moment of its latest entry."""

    number: int
    until: datetime


@dataclass(slots=True)
class _Block:
    """One Party's part of a block, as it grows."""

    at: list[datetime] = field(default_factory=list)
    tags: Counter[str] = field(default_factory=Counter)
    marks: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def add(
        self, at: datetime, tag: str, actor: str, name: str, about: str, purpose: str, raw: str
    ) -> None:
        self.at.append(at)
        self.tags[tag] += 1
        self.marks |= _of_deed(tag, actor, name)
        detail = json.loads(raw)
        reference = detail.get("reference")
        if not isinstance(reference, str):
            reference = ""
        self.marks.update("@" + thing.upper()[:WORD] for thing in (about, reference) if thing)
        self.marks.update(">" + code for code in _parties(about, reference, detail))
        # What JSON writes with a letter, as a line's end, would become a part of the word behind it.
        said = _SIGNS.sub(" ", raw) if "\\" in raw else raw
        self.words.update(words(f"{about} {purpose} {name} {said}"))


@lru_cache(maxsize=10_000)
def _of_deed(tag: str, actor: str, name: str) -> frozenset[str]:
    """Who did what: the officer, the tag and its beginnings, and each with each."""
    tags = ["#" + tag[:end] for end in _ends(tag)]
    officer = [f"={actor}", *(f"~{word}" for word in words(name))]
    return frozenset([*tags, *officer, *(one + mark for one in tags for mark in officer)])


def _ends(tag: str) -> Iterator[int]:
    """Where its parts end: record and record:read."""
    yield from (at for at, sign in enumerate(tag) if sign == ":")
    yield len(tag)


def _parties(about: str, reference: str, detail: dict[str, Any]) -> Iterator[str]:
    """Every two letters that `queries` could take for a Party of which the entry speaks."""
    yield from (about[:2], about[-2:], reference[:2])
    for name in ("sender", "recipient", "party"):
        yield str(detail.get(name) or "")[:2]
    audience = detail.get("audience")
    yield from (str(code)[:2] for code in (audience if isinstance(audience, list) else ()))


# --- Keeping --------------------------------------------------------------------------------------


def keep_up(most: int = MOST) -> int:
    """Make the blocks that the tree has filled since the last time; how many."""
    made = 0
    for _ in range(most):
        with whole_log():
            if not try_lock(BLOCKS):
                return made
            first = _next()
            end = min(first + BATCH, tree.size() // WIDTH)
            if end <= first:
                return made
            _make(first, end)
            made += end - first
    return made


def forget(entry: UUID) -> None:
    """Make the block of an entry anew whose text was erased. Within `whole_log()`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT index / 256 FROM audit_leaf WHERE entry_id = %s", [entry])
        row = cursor.fetchone()
        if row is None or row[0] >= _next():
            return
        cursor.execute("DELETE FROM audit_block WHERE number = %s", [row[0]])
    _make(row[0], row[0] + 1)


def _next() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT)
        number: int = cursor.fetchone()[0]
    return number


def _make(first: int, end: int) -> None:
    look_up_one_by_one()
    found: dict[tuple[int, str], _Block] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [first * WIDTH, end * WIDTH])
        for number, party, *entry in cursor.fetchall():
            block = found.setdefault((number, party), _Block())
            block.add(*entry)
        for (number, party), one in found.items():
            tags = Jsonb(one.tags)
            row: list[Any] = [number, party, min(one.at), max(one.at), tags, _lexemes(party, one)]
            cursor.execute(_KEEP, row)
    look_up_one_by_one(only=False)


def _lexemes(party: str, block: _Block) -> list[str]:
    found = [party + mark for mark in block.marks]
    found += [f"{party} {word}" for word in block.words]
    if sum(len(mark.encode()) + 8 for mark in found) > MOST_BYTES:
        return [party + ANYTHING]
    return found


# --- Asking ---------------------------------------------------------------------------------------


def wanted(party: str, question: Question) -> str:
    """The marks that an answer bears, as a tsquery; empty where the question names none."""
    marks = [*_of_officer(party, question), *_each(f"{party} ", question.text)]
    if question.about:
        marks.append(_quoted(party, "@" + question.about.upper()[:WORD]))
    if question.other:
        marks.append(_quoted(party, ">" + question.other))
    return f"({' & '.join(marks)}) | {_quoted(party, ANYTHING)}" if marks else ""


def _of_officer(party: str, question: Question) -> Iterator[str]:
    """Who did it, and what; both in one, where both are asked for."""
    tag = "#" + question.tag if question.tag else ""
    if question.actor:
        account = _quoted(party, f"{tag}={question.actor}")
        named = " & ".join(_each(f"{party}{tag}~", question.actor))
        yield f"({named} | {account})" if named else account
    elif tag:
        yield _quoted(party, tag)


def _each(before: str, text: str) -> Iterator[str]:
    """The words asked for: whole ones, and the last as far as it was written."""
    found = words(_SOME_OF_ID.sub(r"\1", text.lower()))
    for place, word in enumerate(found, 1):
        yield _quoted(before, word, beginning=place == len(found))


def _quoted(before: str, mark: str, *, beginning: bool = False) -> str:
    escaped = (before + mark).replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'{':*' if beginning else ''}"


def covering(marks: str, since: datetime | None, before: datetime | None) -> list[Covering]:
    """The blocks of the present Party that bear these marks between these moments, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, until FROM audit_blocks(%s::tsquery, %s, %s)", [marks, since, before]
        )
        return [Covering(number, until) for number, until in cursor.fetchall()]


def within(
    entries: QuerySet[Entry], numbers: Sequence[int], *, rest: bool = False
) -> QuerySet[Entry]:
    """Those of the present Party's entries that lie in these blocks; with `rest`, also those that have
    none yet."""
    # An array, or the planner goes through the Party's whole log by its time and compares.
    where = "audit_entry.id = ANY(ARRAY(SELECT audit_in_blocks(%s, %s)))"
    return entries.extra(where=[where], params=[list(numbers), rest])  # noqa: S610 - our own words


def counted(party: str, since: datetime) -> Counter[str]:
    """How many entries of the present Party bear each tag after `since`: the sums of the blocks that
    begin behind it, and the entries of the blocks in which that moment lies and of none yet."""
    found = Counter[str]()
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, {"party": party, "since": since})
        for tag, count in cursor.fetchall():
            found[tag] += int(count)
    return found
