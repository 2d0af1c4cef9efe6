"""What a code list promises, and the short lists whose labels are translated in the catalogue."""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from django.utils.functional import Promise
from django.utils.translation import override


@dataclass(frozen=True, slots=True)
class Entry:
    """A code that was found; `detail` is more about it, in English."""

    code: str
    label: str
    detail: str = ""


def fold(text: str) -> str:
    """`text` without case and accents, to search by."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


class CodeList(ABC):
    """Codes in a fixed order, each with a label in English, Spanish and French."""

    name: str
    title: str | Promise

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __iter__(self) -> Iterator[str]: ...

    @abstractmethod
    def __contains__(self, code: object) -> bool: ...

    @abstractmethod
    def label(self, code: str, language: str) -> str:
        """The code's label in `language`; an unknown code is its own label."""

    def brief(self, code: str, language: str) -> str:
        """The label, or the code itself where labels are too long for a line of a list."""
        return self.label(code, language)

    def has(self, code: str) -> bool:
        return code in self

    def normalise(self, text: str) -> str:
        """`text` as this list writes its codes; it may still be unknown."""
        return text.strip()[:200]

    def detail(self, code: str, language: str) -> str:
        """More in English, where the label in `language` cannot tell everything, else ""."""
        return ""

    def choices(self, language: str) -> list[tuple[str, str]]:
        return [(code, self.label(code, language)) for code in self]

    def search(self, text: str, language: str, limit: int = 20) -> list[Entry]:
        """Codes that begin with `text`, then those whose label holds all its words."""
        words = fold(text).split()
        if not words:
            return [self._entry(code, language) for code in islice(self, limit)]
        ranked = []
        for code, haystack in self._haystacks(language):
            rank = _rank(code, haystack, words)
            if rank is not None:
                ranked.append((rank, len(haystack), code))
        return [self._entry(code, language) for _r, _n, code in sorted(ranked)[:limit]]

    def _entry(self, code: str, language: str) -> Entry:
        return Entry(code, self.label(code, language), self.detail(code, language))

    def _haystacks(self, language: str) -> list[tuple[str, str]]:
        if language not in self._folded:
            self._folded[language] = [
                (code, fold(f"{code} {self.label(code, language)}")) for code in self
            ]
        return self._folded[language]

    @cached_property
    def _folded(self) -> dict[str, list[tuple[str, str]]]:
        return {}


def _rank(code: str, haystack: str, words: list[str]) -> int | None:
    first = fold(code)
    if first == words[0]:
        return 0
    if len(words) == 1 and first.startswith(words[0]):
        return 1
    if not all(word in haystack for word in words):
        return None
    return 2 if f" {words[0]}" in haystack else 3


class ShortList(CodeList):
    """A list small enough to be offered whole; its labels are lazily translated."""

    def __init__(
        self, name: str, title: str | Promise, labels: Mapping[str, str | Promise]
    ) -> None:
        self.name, self.title = name, title
        self._labels = dict(labels)
        self._any_case = {code.casefold(): code for code in labels}

    def __len__(self) -> int:
        return len(self._labels)

    def __iter__(self) -> Iterator[str]:
        return iter(self._labels)

    def __contains__(self, code: object) -> bool:
        return code in self._labels

    def label(self, code: str, language: str) -> str:
        with override(language):
            return str(self._labels.get(code, code))

    def normalise(self, text: str) -> str:
        text = text.strip()[:200]
        return self._any_case.get(text.casefold(), text)
