"""Words cut to what their singular, plural, masculine and feminine have in common.

For lists that are searched while one types: rough, quick, and the same for English, Spanish and
French, since an officer may type the words of another country's papers.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[0-9a-z]+")
#: Words that say nothing about goods; they are skipped where others remain.
_EMPTY = frozenset(
    "a al an and au aux con d da de del des du e el en et for l la las le les los of or ou o para "
    "por pour sans sin sur the to un una une with y".split()
)
_SHORTEST = 3


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """`word`, folded already, without its ending: bobines → bobin, animaux → animal, peces → pez."""
    if len(word) <= _SHORTEST or word.isdigit():
        return word
    if word.endswith("aux") and not word.endswith("eaux"):
        word = f"{word[:-2]}l"
    elif word.endswith("ces"):
        word = f"{word[:-3]}z"
    word = _cut(word, "sx")
    return _cut(word, "aeo")


def _cut(word: str, endings: str) -> str:
    while len(word) > _SHORTEST and word[-1] in endings:
        word = word[:-1]
    return word


def searchable(folded: str) -> str:
    """Every word of a folded text with its stem, each after a space: what `holds` looks in."""
    found: dict[str, None] = {}
    for word in _WORD.findall(folded):
        found[word] = None
        found[stem(word)] = None
    return " " + " ".join(found)


def asked(folded: str) -> list[str]:
    """The words of a question that are looked for."""
    words = _WORD.findall(folded)
    return [word for word in words if word not in _EMPTY] or words


def holds(haystack: str, word: str) -> bool:
    """Whether a word of the searchable text begins with `word` or with its stem."""
    return f" {word}" in haystack or f" {stem(word)}" in haystack
