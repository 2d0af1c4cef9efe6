"""The stems of words, as PostgreSQL makes them, remembered by each process.

The words of records repeat, not least the names of codes in three languages: finding their stems
once each, and not for every document, spares the database a third of what a document costs it.
"""

from __future__ import annotations

from collections.abc import Set
from itertools import islice
from threading import Lock

from django.db import connection

#: Words that are remembered of a language; the oldest are forgotten first.
MOST = 10_000
ASK = """
    SELECT g.word, tsvector_to_array(to_tsvector(%s::regconfig, g.word))
    FROM unnest(%s::text[]) AS g(word)
"""
Lexemes = dict[str, tuple[str, ...]]

#: By the language's text search configuration.
_known: dict[str, Lexemes] = {}
_lock = Lock()


def of(language: str, words: Set[str]) -> Lexemes:
    """The lexemes of each of the words, and of others; none for one of the language's stop words."""
    known = _known.get(language, {})
    if unknown := words - known.keys():
        known = _remember(language, known | _ask(language, unknown))
    return known


def _ask(language: str, words: Set[str]) -> Lexemes:
    with connection.cursor() as cursor:
        cursor.execute(ASK, [language, list(words)])
        return {word: tuple(found) for word, found in cursor.fetchall()}


def _remember(language: str, known: Lexemes) -> Lexemes:
    """What was known is never changed, so that another thread may go on with it: replaced as a whole."""
    beyond = len(known) - MOST
    kept = dict(islice(known.items(), beyond, None)) if beyond > 0 else known
    with _lock:
        _known[language] = kept
    return known


def forget() -> None:
    with _lock:
        _known.clear()
