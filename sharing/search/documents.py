"""Keep a record's search document, in the transaction that changes the record.

But the documents of what has just come from a remote Party are drawn after the desk has taken it in,
many together (tasks.py): an envelope's receipt waits for none of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Func, QuerySet

from cordillera import bulk
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.records import kinds, lifecycle
from sharing.records.models import Record, Version
from sharing.records.schema import Leaf, plain_text
from sharing.records.terms import Term, draw

from . import stems
from .models import SearchDocument
from .text import distinct_words, term_lexemes

STEMMED = {"en": "english", "es": "spanish", "fr": "french"}
#: A tsvector holds at most 1 MiB; this much text is far below it and more than anyone reads.
MOST_TEXT = 200_000
#: So many bytes of terms, and of words, at most: a letter of few scripts becomes nine of them and more
#: when it is folded, and each word may stand there twice, as it is and by its stem.
MOST_BYTES = 250_000
#: Bytes of signed text that are drawn at once, as many as one envelope has: five hundred records may
#: have gigabytes.
AT_ONCE = 8 * 1024 * 1024
#: PostgreSQL takes lexemes of up to 2 KiB; nobody types half of that as one word.
LONGEST_WORD = 250
#: All documents by one statement: planned once, since the policies make planning dear. What holds
#: digits is left to PostgreSQL's own reading.
WRITE = """
    INSERT INTO search_searchdocument (record_id, whose, vector)
    SELECT d.record, d.whose, array_to_tsvector(string_to_array(d.lexemes, ' '))
        || strip(to_tsvector(d.language::regconfig, d.numbered))
    FROM json_to_recordset(%s::json)
        AS d(record uuid, whose text, lexemes text, language text, numbered text)
    ON CONFLICT (record_id, whose) DO UPDATE SET vector = EXCLUDED.vector
"""
#: What a document takes from its record's row.
SHOWN = ("reference", "kind", "original_language", "current")
REMOVE = "DELETE FROM search_searchdocument WHERE record_id = ANY(%s) AND whose = %s"
Row = dict[str, Any]


def keep(
    sender: Any,
    pairs: Sequence[tuple[Record, Version | None]],
    terms: Mapping[UUID, Sequence[Term]],
    leaves: Mapping[UUID, Sequence[Leaf]],
    arriving: Collection[UUID] = (),
    **kwargs: Any,
) -> None:
    """Write these versions' documents; without a version a record has nothing to find any more. All
    records are the rows of one Party that is behind, or their own. Those `arriving` are left to
    `draw_missing`."""
    pairs = [pair for pair in pairs if pair[0].pk not in arriving]
    gone = [record.pk for record, version in pairs if version is None]
    whose = pairs[0][0].behind if pairs else ""
    drawn = [
        _drawn(record, version, terms[record.pk], leaves[record.pk])
        for record, version in pairs
        if version is not None
    ]
    if gone:
        with connection.cursor() as cursor:
            cursor.execute(REMOVE, [gone, whose])
    _write(drawn, whose)


def draw_missing(party: str, wanted: Collection[UUID]) -> set[UUID]:
    """Draw the documents of those of these records that came from a remote Party and have none yet, as
    the node of `party`. Each sender's in a transaction of its own: what takes long of one of them keeps
    no other one's records locked. Those that somebody is changing right now are left, and answered."""
    came = Record.objects.filter(pk__in=wanted).exclude(originator__in=settings.HOSTED_PARTIES)
    left = set[UUID]()
    with acting_as(Identity.of_node(party)):
        senders = list(came.values_list("originator", flat=True).distinct().order_by())
    for sender in senders:
        with acting_as(Identity.of_node(party, sender=sender)):
            left |= _draw_of(came.filter(originator=sender, behind=""))
    return left


def _draw_of(came: QuerySet[Record]) -> set[UUID]:
    """Locked before they are read: what is withdrawn meanwhile takes its document along, or has none."""
    has_one = SearchDocument.objects.filter(whose="", record__in=came).values("record")
    due = came.exclude(pk__in=has_one).filter(state__in=lifecycle.IN_FORCE)
    locked = due.select_for_update(no_key=True, of=("self",), skip_locked=True)
    for some in _parts(list(locked.only(*SHOWN).order_by("pk"))):
        versions = Version.objects.only("body").in_bulk([record.current_id for record in some])
        shown = [(record, versions[record.current_id]) for record in some]
        leaves = {r.pk: kinds.get(r.kind).schema.leaves(version.body) for r, version in shown}
        _write([_drawn(r, version, draw(leaves[r.pk]), leaves[r.pk]) for r, version in shown], "")
    return set(due.values_list("pk", flat=True))


def _parts(records: Sequence[Record]) -> Iterator[list[Record]]:
    """These records in parts of AT_ONCE, or of one where it is larger."""
    current = Version.objects.filter(pk__in=[record.current_id for record in records])
    # Not Length, for which the whole text is read.
    sizes = dict(current.values_list("pk", Func("jws", function="octet_length")))
    part, size = list[Record](), 0
    for record in records:
        size += sizes.get(record.current_id, 0)
        if part and size > AT_ONCE:
            yield part
            part, size = [], sizes.get(record.current_id, 0)
        part.append(record)
    if part:
        yield part


def _write(drawn: Sequence[Drawn], whose: str) -> None:
    if drawn:
        bulk.execute(WRITE, [row | {"whose": whose} for row in _rows(drawn)])


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is to be found of a record. `words`, by language, still need their stems."""

    record: UUID
    language: str
    lexemes: set[str]
    words: dict[str, list[str]]
    numbered: list[str]


def _drawn(
    record: Record, version: Version, drawn: Sequence[Term], leaves: Sequence[Leaf]
) -> Drawn:
    terms = term_lexemes((t.type, t.value) for t in drawn)
    reference = term_lexemes([("reference", record.reference or "")])
    text = plain_text(leaves)[:MOST_TEXT]
    titles = version.body.get("title") or {}
    # Each once: where and how often a word stands is never asked.
    found = _most([word for word in distinct_words(text) if len(word) <= LONGEST_WORD])
    language = STEMMED.get(record.original_language, "english")
    words = {language: [word for word in found if word.isalpha()]}
    for code, other in STEMMED.items():
        # Among the words already where it is the record's own language.
        if other != language and titles.get(code):
            words[other] = [word for word in distinct_words(titles[code]) if word.isalpha()]
    return Drawn(
        record.pk,
        language,
        {*reference, *_most(terms), *found},
        words,
        [word for word in found if not word.isalpha()],
    )


def _most(words: list[str]) -> list[str]:
    """As many of them, from the first one, as have MOST_BYTES."""
    if len("".join(words).encode()) <= MOST_BYTES:
        return words
    sizes = accumulate(len(word.encode()) for word in words)
    return [word for word, size in zip(words, sizes, strict=True) if size <= MOST_BYTES]


def _rows(drawn: Sequence[Drawn]) -> list[Row]:
    known = {
        language: stems.of(language, set().union(*(one.words.get(language, ()) for one in drawn)))
        for language in {language for one in drawn for language in one.words}
    }
    return [_row(one, known) for one in drawn]


def _row(one: Drawn, known: Mapping[str, stems.Lexemes]) -> Row:
    for language, words in one.words.items():
        one.lexemes.update(chain.from_iterable(map(known[language].__getitem__, words)))
    # A lexeme of a term holds letters, digits and a colon, never a space.
    return {
        "record": one.record,
        "lexemes": " ".join(one.lexemes),
        "language": one.language,
        "numbered": " ".join(one.numbered),
    }
