"""The entries of a notice as the auditor reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import ngettext

from audit.models import Entry
from cordillera.access.words import PERMISSIONS
from cordillera.parties.words import tag_words

from .steps import LISTED


@dataclass(frozen=True, slots=True)
class Line:
    """`what`: of a refused attempt what was attempted. `about`: the record by its reference, or how
    many there were; empty where the entry names none."""

    entry: Entry
    words: str
    what: Any
    about: str
    key: str


def lines(entries: Iterable[Entry]) -> list[Line]:
    return [_line(entry) for entry in entries]


def _line(entry: Entry) -> Line:
    permission = str(entry.detail.get("permission") or "")
    what = PERMISSIONS.get(permission, "")
    about = str(entry.detail.get("reference") or entry.about)
    if entry.tag in LISTED:
        number = len(entry.detail.get(LISTED[entry.tag], ()))
        about = ngettext("%(n)s record", "%(n)s records", number) % {"n": number}
    return Line(
        entry, tag_words(entry.tag), what, about, "" if entry.tag in LISTED else entry.about
    )
