"""Keep a record's search document, in the transaction that changes the record."""

from __future__ import annotations

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


def keep(sender: Any, record: Record, version: Version | None, **kwargs: Any) -> None:
    """Write the document of `version`; without a version the record has nothing to find any more."""
    if version is None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_searchdocument WHERE record_id = %s", [record.pk])
        return
    kind = kinds.get(record.kind)
    terms = [(t.type, t.value) for t in kind.terms(version.body)]
    if record.reference:
        terms.append(("reference", record.reference))
    text = kind.schema.plain_text(version.body)[:MOST_TEXT]
    titles = version.body.get("title") or {}
    stems = [(STEMMED.get(record.original_language, "english"), text)]
    stems += [(STEMMED[code], title) for code, title in titles.items() if code in STEMMED]
    sql = WRITE.format(stems=" || ".join("to_tsvector(%s::regconfig, %s)" for _ in stems))
    plain = " ".join(words(text))
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [
                record.pk,
                term_lexemes(terms),
                plain,
                *(part for config, words_ in stems for part in (config, fold(words_))),
            ],
        )
