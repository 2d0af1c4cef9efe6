"""Keep a record's search document, in the transaction that changes the record."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from sharing.records import kinds
from sharing.records.models import Record, Version

from .text import fold, term_lexemes, words

STEMMED = {"en": "english", "es": "spanish", "fr": "french"}
#: A tsvector holds at most 1 MiB; this much text is far below it and more than anyone reads.
MOST_TEXT = 200_000
WRITE = """
    INSERT INTO search_searchdocument (record_id, vector)
    VALUES (%s, array_to_tsvector(%s::text[]) || to_tsvector('simple', %s) || {stems})
    ON CONFLICT (record_id) DO UPDATE SET vector = EXCLUDED.vector
"""
STEM = "to_tsvector(%s::regconfig, %s)"


def keep(sender: Any, pairs: Sequence[tuple[Record, Version | None]], **kwargs: Any) -> None:
    """Write these versions' documents; without a version a record has nothing to find any more."""
    gone = [record.pk for record, version in pairs if version is None]
    written = [_document(record, version) for record, version in pairs if version is not None]
    with connection.cursor() as cursor:
        if gone:
            cursor.execute("DELETE FROM search_searchdocument WHERE record_id = ANY(%s)", [gone])
        for sql, rows in groupby(sorted(written, key=itemgetter(0)), key=itemgetter(0)):
            # psycopg sends them in one go, so that a batch costs one round trip.
            cursor.executemany(sql, [values for _, values in rows])


def _document(record: Record, version: Version) -> tuple[str, list[Any]]:
    """The statement that writes it, and its values."""
    kind = kinds.get(record.kind)
    terms = [(t.type, t.value) for t in kind.terms(version.body)]
    if record.reference:
        terms.append(("reference", record.reference))
    text = kind.schema.plain_text(version.body)[:MOST_TEXT]
    titles = version.body.get("title") or {}
    stems = [(STEMMED.get(record.original_language, "english"), text)]
    stems += [(STEMMED[code], title) for code, title in titles.items() if code in STEMMED]
    sql = WRITE.format(stems=" || ".join(STEM for _ in stems))
    plain = " ".join(words(text))
    folded = (part for config, words_ in stems for part in (config, fold(words_)))
    return sql, [record.pk, term_lexemes(terms), plain, *folded]
