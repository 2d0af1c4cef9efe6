"""The words of a document, each once, are those that a question is made of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sharing.search.text import distinct_words, words


@given(st.text())
def test_distinct_words_are_the_words_each_once(text: str) -> None:
    assert distinct_words(text) == list(dict.fromkeys(words(text)))


def test_a_word_that_stands_twice_is_one() -> None:
    assert distinct_words("Lázaro, LAZARO  lázaro-Cárdenas") == ["lazaro", "cardenas"]
