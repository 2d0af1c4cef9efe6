"""Keep a record's search document, in the transaction that changes the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import connection

from sharing.records.models import Record, Version
from sharing.records.schema import Leaf, plain_text
from sharing.records.terms import Term

from . import stems
from .text import distinct_words, term_lexemes

STEMMED = {"en": "english", "es": "spanish", "fr": "french"}
#: A tsvector holds at most 1 MiB; this much text is far below it and more than anyone reads.
MOST_TEXT = 200_000
#: PostgreSQL takes lexemes of up to 2 KiB; nobody types half of that as one word.
LONGEST_WORD = 250
#: All documents by one statement: planned once, since the policies make planning dear. What holds
#: digits is left to PostgreSQL's own reading.
WRITE = """
    INSERT INTO search_searchdocument (record_id, whose, vector)
    SELECT d.id, %s, strip(array_to_tsvector(string_to_array(d.lexemes, ' '))
        || to_tsvector(d.language::regconfig, d.numbered))
    FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[])
        AS d(id, lexemes, language, numbered)
    ON CONFLICT (record_id, whose) DO UPDATE SET vector = EXCLUDED.vector
"""
REMOVE = "DELETE FROM search_searchdocument WHERE record_id = ANY(%s) AND whose = %s"
Row = tuple[UUID, str, str, str]


def keep(
    sender: Any,
    pairs: Sequence[tuple[Record, Version | None]],
    terms: Mapping[UUID, Sequence[Term]],
    leaves: Mapping[UUID, Sequence[Leaf]],
    **kwargs: Any,
) -> None:
    """Write these versions' documents; without a version a record has nothing to find any more. All
    records are the rows of one Party that is behind, or their own."""
    gone = [record.pk for record, version in pairs if version is None]
    whose = pairs[0][0].behind if pairs else ""
    drawn = [
        _drawn(record, version, terms[record.pk], leaves[record.pk])
        for record, version in pairs
        if version is not None
    ]
    with connection.cursor() as cursor:
        if gone:
            cursor.execute(REMOVE, [gone, whose])
        if drawn:
            rows = _rows(drawn)
            cursor.execute(WRITE, [whose, *(list(column) for column in zip(*rows, strict=True))])


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
    terms = [(t.type, t.value) for t in drawn]
    if record.reference:
        terms.append(("reference", record.reference))
    text = plain_text(leaves)[:MOST_TEXT]
    titles = version.body.get("title") or {}
    # Each once: where and how often a word stands is never asked.
    found = [word for word in distinct_words(text) if len(word) <= LONGEST_WORD]
    language = STEMMED.get(record.original_language, "english")
    words = {language: [word for word in found if word.isalpha()]}
    for code, other in STEMMED.items():
        # Among the words already where it is the record's own language.
        if other != language and titles.get(code):
            words[other] = [word for word in distinct_words(titles[code]) if word.isalpha()]
    return Drawn(
        record.pk,
        language,
        {*term_lexemes(terms), *found},
        words,
        [word for word in found if not word.isalpha()],
    )


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
    return one.record, " ".join(one.lexemes), one.language, " ".join(one.numbered)
