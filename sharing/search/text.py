"""Words and terms as they are indexed and asked for. Pure: no database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
REFERENCE = re.compile(r"^[A-Z]{2}-[A-Z]{2}-\d{4}-\d{1,6}$")
#: Accents and other marks that stand apart after NFKD; none lies beyond this range.
COMBINING = {c: None for c in range(0x1F000) if unicodedata.combining(chr(c))}
#: A question with more words than this is cut: nobody reads past them and each costs a scan.
MOST_WORDS = 12


def fold(text: str) -> str:
    """Without case and accents: "Lázaro Cárdenas" and "lazaro cardenas" are the same words."""
    lower = text.casefold()
    if lower.isascii():
        return lower
    return unicodedata.normalize("NFKD", lower).translate(COMBINING)


def words(text: str) -> list[str]:
    return WORD.findall(fold(text))


def distinct_words(text: str) -> list[str]:
    """Each of the words once. Folding costs by the letter, so each piece of the text is folded once;
    none of it reaches across white space."""
    found: dict[str, None] = {}
    for piece in dict.fromkeys(text.casefold().split()):
        found.update(_remembered(piece) if len(piece) <= SHORT else _of_piece(piece))
    return list(found)


def _of_piece(piece: str) -> dict[str, None]:
    return dict.fromkeys(WORD.findall(fold(piece)))


#: The words of records repeat; what somebody made up to be long is not remembered.
SHORT = 40
_remembered = lru_cache(maxsize=10_000)(_of_piece)


def bare(text: str) -> str:
    """An identifier as it is compared: letters and digits alone."""
    return "".join(WORD.findall(fold(text)))


def term_lexemes(terms: Iterable[tuple[str, str]]) -> list[str]:
    """`type:value` of each term, and the bare value so that the one box finds it untyped."""
    found: set[str] = set()
    for kind, value in terms:
        if key := bare(value)[:120]:
            found.update((f"{kind}:{key}", key))
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Question:
    """A parsed search: `exact` is the whole text as one identifier, `words` all to be found."""

    words: tuple[str, ...]
    exact: str

    @property
    def is_empty(self) -> bool:
        return not self.words


def ask(text: str) -> Question:
    """Read what was typed in the one box."""
    return Question(tuple(words(text)[:MOST_WORDS]), bare(text)[:120])


def quoted(lexeme: str) -> str:
    """A lexeme as tsquery text; lexemes hold letters, digits and colons only, so this is safe."""
    return "'" + lexeme.replace("'", "''").replace("\\", "\\\\") + "'"
