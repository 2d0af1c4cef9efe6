"""Keep a record's search document, in the transaction that changes the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from sharing.records import kinds
from sharing.records.models import Record, Version
from sharing.records.terms import Term

from .text import distinct_words, fold, term_lexemes

STEMMED = {"en": "english", "es": "spanish", "fr": "french"}
#: A tsvector holds at most 1 MiB; this much text is far below it and more than anyone reads.
MOST_TEXT = 200_000
#: PostgreSQL takes lexemes of up to 2 KiB; nobody types half of that as one word.
LONGEST_WORD = 250
TITLES = tuple(STEMMED)
#: All documents by one statement: planned once, since the policies make planning dear.
WRITE = """
    INSERT INTO search_searchdocument (record_id, vector)
    SELECT d.id, strip(array_to_tsvector(string_to_array(d.lexemes, ' '))
        || to_tsvector(d.language::regconfig, d.words)
        || to_tsvector('english', d.en) || to_tsvector('spanish', d.es)
        || to_tsvector('french', d.fr))
    FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
        AS d(id, lexemes, language, words, en, es, fr)
    ON CONFLICT (record_id) DO UPDATE SET vector = EXCLUDED.vector
"""


def keep(
    sender: Any,
    pairs: Sequence[tuple[Record, Version | None]],
    terms: Mapping[UUID, Sequence[Term]],
    **kwargs: Any,
) -> None:
    """Write these versions' documents; without a version a record has nothing to find any more."""
    gone = [record.pk for record, version in pairs if version is None]
    written = [
        _document(record, version, terms[record.pk])
        for record, version in pairs
        if version is not None
    ]
    with connection.cursor() as cursor:
        if gone:
            cursor.execute("DELETE FROM search_searchdocument WHERE record_id = ANY(%s)", [gone])
        if written:
            cursor.execute(WRITE, [list(column) for column in zip(*written, strict=True)])


def _document(record: Record, version: Version, drawn: Sequence[Term]) -> tuple[Any, ...]:
    """A row for the statement that writes it."""
    terms = [(t.type, t.value) for t in drawn]
    if record.reference:
        terms.append(("reference", record.reference))
    text = kinds.get(record.kind).schema.plain_text(version.body)[:MOST_TEXT]
    titles = version.body.get("title") or {}
    # Each once: where and how often a word stands is never asked.
    found = [word for word in distinct_words(text) if len(word) <= LONGEST_WORD]
    language = STEMMED.get(record.original_language, "english")
    return (
        record.pk,
        # A lexeme of a term holds letters, digits and a colon, never a space.
        " ".join({*term_lexemes(terms), *found}),
        language,
        " ".join(found),
        # Among the words already where it is the record's own language.
        *("" if STEMMED[code] == language else fold(titles.get(code) or "") for code in TITLES),
    )
