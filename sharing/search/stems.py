"""The stems of words, as PostgreSQL makes them, remembered by each process.

The words of records repeat, not least the names of codes in three languages: finding their stems
once each, and not for every document, spares the database a third of what a document costs it.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from django.db import connection

#: Words that are remembered; the oldest are forgotten first.
MOST = 20_000
ASK = """
    SELECT g.language, g.word, tsvector_to_array(to_tsvector(g.language::regconfig, g.word))
    FROM unnest(%s::text[], %s::text[]) AS g(language, word)
"""
#: A language's text search configuration, and a word in it.
Word = tuple[str, str]

_known: dict[Word, tuple[str, ...]] = {}
_lock = Lock()


def of(words: Iterable[Word]) -> dict[Word, tuple[str, ...]]:
    """The lexemes of each of the words; none where it is one of the language's stop words."""
    wanted = dict.fromkeys(words)
    # Another thread may forget it in between.
    known = ((word, _known.get(word)) for word in wanted)
    found = {word: lexemes for word, lexemes in known if lexemes is not None}
    if unknown := [word for word in wanted if word not in found]:
        asked = _ask(unknown)
        found |= asked
        _remember(asked)
    return found


def _ask(words: list[Word]) -> dict[Word, tuple[str, ...]]:
    columns = [list(column) for column in zip(*words, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(ASK, columns)
        return {(language, word): tuple(found) for language, word, found in cursor.fetchall()}


def _remember(words: dict[Word, tuple[str, ...]]) -> None:
    with _lock:
        _known.update(words)
        while len(_known) > MOST:
            del _known[next(iter(_known))]


def forget() -> None:
    with _lock:
        _known.clear()
