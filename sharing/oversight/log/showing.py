"""Entries of the log as the page shows them: in words, and only with what was proved beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from audit.models import Entry
from audit.standing import Look, Standing
from cordillera.parties.models import Officer
from cordillera.parties.words import actor_words, tag_words
from sharing.records import codes

from . import details

#: By state: what is said, in which colour, with which icon.
STATES = {
    "proved": (_("proved"), "green", "badge-check"),
    "waiting": (_("waiting for its place"), "", "hourglass"),
    "erased": (_("text erased"), "violet", "eraser"),
    "wrong": (_("does not match the tree"), "red", "octagon-alert"),
}
#: The newest entries have no place before the next checkpoint, at most a few seconds.
WAITING = Standing("waiting")


@dataclass(frozen=True, slots=True)
class Row:
    entry: Entry
    standing: Standing
    day: date

    @property
    def actor(self) -> str:
        return actor_words(self.entry.actor_name)

    @property
    def words(self) -> str:
        return tag_words(self.entry.tag)

    @property
    def purpose(self) -> str:
        code = self.entry.purpose
        return (
            (codes.get("purpose").label(code, (get_language() or "en")[:2]) or code) if code else ""
        )

    @property
    def state(self) -> tuple[Any, str, str]:
        return STATES[self.standing.state]

    @property
    def details(self) -> list[tuple[str, str]]:
        return details.told(self.entry.detail)


def rows(entries: Iterable[Entry], look: Look) -> list[Row]:
    return [
        Row(entry, look.entries.get(entry.pk, WAITING), timezone.localdate(entry.at))
        for entry in entries
    ]


def by_day(found: list[Row]) -> Iterator[tuple[date, list[Row]]]:
    for day, group in groupby(found, key=lambda row: row.day):
        yield day, list(group)


def names(found: Iterable[Entry]) -> dict[str, str]:
    """Names of the accounts that the entries are about."""
    ids = [entry.about for entry in found if _is_uuid(entry.about)]
    officers = Officer.objects.filter(pk__in=ids) if ids else []
    return {str(officer.pk): officer.name for officer in officers}


def _is_uuid(text: str) -> bool:
    try:
        return len(text) == 36 and bool(UUID(text))
    except ValueError:
        return False
