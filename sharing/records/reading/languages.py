"""In which language a record's words are shown, and in which others they exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.text import capfirst

from .. import codes
from ..models import Record


def reader_language() -> str:
    return (translation.get_language() or "en")[:2]


def title_language(record: Record) -> str:
    """The language of the title that is shown, where it is not the reader's; else ""."""
    wanted = reader_language()
    for code in (wanted, record.original_language, "en", "es", "fr"):
        if record.title.get(code):
            return "" if code == wanted else code
    return ""


def name(code: str) -> str:
    """The language's name within a sentence: only English writes it with a capital."""
    reader = reader_language()
    label = codes.get("working_language").label(code, reader)
    return label if reader == "en" else label.lower()


def other_titles(record: Record) -> list[tuple[str, str, str]]:
    """(code, language, title) of the titles that are not the one shown."""
    shown = title_language(record) or reader_language()
    others = [(c, t) for c, t in record.title.items() if t and c != shown]
    return [(code, capfirst(name(code)), title) for code, title in others]


@dataclass(frozen=True, slots=True)
class Told:
    """A summary as the reader gets it; `language` where it is not his own, `original` the words
    that were written where he reads a translation of them."""

    text: str
    language: str = ""
    machine: bool = False
    original: str = ""
    original_language: str = ""

    @property
    def language_name(self) -> str:
        return name(self.language) if self.language else ""


def summary(body: dict[str, Any]) -> Told:
    """The summary in the reader's language where a translation came with it, else as written."""
    wanted, written = reader_language(), body.get("original_language") or "en"
    text = body.get("summary") or ""
    if wanted == written:
        return Told(text)
    for one in body.get("summary_translations") or []:
        if one.get("language") == wanted and one.get("text"):
            return Told(one["text"], "", bool(one.get("machine")), text, written)
    return Told(text, written)
