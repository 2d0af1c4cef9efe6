"""Find records. What is found is only what the identity may see: in the function's own rule, again
under row-level security when the rows are read, and again by the policy's filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from cordillera.access.decide import require
from cordillera.access.identity import Identity
from sharing.records import queries as records
from sharing.records.lifecycle import told
from sharing.records.models import Record

from .text import Question, ask, quoted

#: Matches looked at for facets and pages; beyond it the count reads "300 or more". Nobody reads
#: further, and the time stays the same however many records there are.
MOST = 300
#: A spreadsheet goes further: it is read by machines as well.
MOST_EXPORTED = 5000
PAGE = 30
NEWEST = (F("released_at").desc(nulls_last=True), "pk")
FACETS = ("kind", "originator", "priority", "state", "typology")
#: Purposes are asked for before persons are shown (7.28: used only for the stated purpose).
PERSON_KIND = "suspect_entity"
PERSON = Q(kind=PERSON_KIND, featured__contains={"entity_type": "person"})


@dataclass(frozen=True)
class Search:
    """What was asked: the text of the one box, and facet -> chosen values."""

    text: str = ""
    filters: dict[str, list[str]] = field(default_factory=dict)
    purpose: str = ""
    released_from: date | None = None
    released_to: date | None = None
    #: The open record behind a search for persons: its reference, or a draft's id.
    record: str = ""


@dataclass(frozen=True)
class Found:
    """One page of results. `total` counts at most MOST; `more` says that there are beyond."""

    records: list[Record]
    total: int
    capped: bool
    facets: dict[str, list[tuple[str, int]]]
    page: int
    pages: int
    #: How many persons fit. Where no purpose was given they are left out: their number, and whether
    #: there are any, is for the auditors then, never for who searches.
    persons: int = 0


def search(identity: Identity, asked: Search, page: int = 1) -> Found:
    """The visible records that fit, newest first, the one with that very reference or identifier
    before all. Without a purpose it is as if there were no persons."""
    require(identity, "record.search")
    rows, persons = _open_rows(identity, asked, MOST)
    facets = {name: _facet(rows, name) for name in FACETS}
    rows = [row for row in rows if _chosen(row, asked)]
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(1, page), pages)
    return Found(
        records=_read(identity, rows[(page - 1) * PAGE : page * PAGE]),
        total=len(rows),
        capped=len(rows) >= MOST,
        facets=facets,
        page=page,
        pages=pages,
        persons=persons,
    )


def every(identity: Identity, asked: Search) -> tuple[list[Record], int]:
    """All that fits, at most MOST_EXPORTED, for an export; and how many persons fit, left out or
    not."""
    require(identity, "record.export")
    rows, persons = _open_rows(identity, asked, MOST_EXPORTED)
    return _read(identity, [row for row in rows if _chosen(row, asked)]), persons


def _open_rows(identity: Identity, asked: Search, most: int) -> tuple[list[dict[str, Any]], int]:
    """The slim rows of what fits, without persons for want of a purpose; and how many persons fit.

    Persons that are left out take nobody's place among the `most`: they are found apart, by the same
    statements whether there are any or not."""
    rows = _rows(identity, asked, most)
    persons = sum(_is_person(row) and _chosen(row, asked) for row in rows)
    if not asked.purpose:
        rows = [row for row in rows if not _is_person(row)]
    return rows[:most], persons


def _read(identity: Identity, rows: list[dict[str, Any]]) -> list[Record]:
    ids = [row["pk"] for row in rows]
    by_id = {r.pk: r for r in records.visible(identity).filter(pk__in=ids)}
    return [by_id[pk] for pk in ids if pk in by_id]


def _rows(identity: Identity, asked: Search, most: int) -> list[dict[str, Any]]:
    """The slim rows of what fits, in order; without a purpose `most` persons and `most` others."""
    question = ask(asked.text)
    found = records.visible(identity)
    if asked.released_from:
        found = found.filter(released_at__date__gte=asked.released_from)
    if asked.released_to:
        found = found.filter(released_at__date__lte=asked.released_to)
    columns = (
        "pk",
        "kind",
        "originator_id",
        "priority",
        "state",
        "typology",
        "contains",
        "featured",
    )
    if question.is_empty:
        parts = [found] if asked.purpose else [found.exclude(PERSON), found.filter(PERSON)]
        newest = [part.order_by(*NEWEST).values(*columns)[:most] for part in parts]
        return [_told(identity.party, row) for rows in newest for row in rows]
    apart = not asked.purpose
    ids = [*exact_ids(question, apart), *matching_ids(question, most, apart)]
    place = {pk: at for at, pk in reversed(list(enumerate(ids)))}
    rows = [_told(identity.party, row) for row in found.filter(pk__in=list(place)).values(*columns)]
    return sorted(rows, key=lambda row: place[row["pk"]])


def _told(party: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row with its state as the Party hears of it, before anything is counted or chosen."""
    return {**row, "state": told(row["state"], row["originator_id"] == party)}


def exact_ids(question: Question, apart: bool = False) -> list[UUID]:
    """Records that carry the whole text as one term: that very reference, container, tax id."""
    return _ask("%s::tsquery", [quoted(question.exact)], 50, apart) if question.exact else []


def matching_ids(question: Question, most: int, apart: bool = False) -> list[UUID]:
    """Records with every word: as a beginning of one of their words, or by its stem."""
    one = (
        "(%s::tsquery || plainto_tsquery('english', %s) || plainto_tsquery('spanish', %s)"
        " || plainto_tsquery('french', %s))"
    )
    parts = [part for word in question.words for part in (f"{quoted(word)}:*", word, word, word)]
    return _ask(" && ".join([one] * len(question.words)), parts, most, apart)


def is_word_of_a_person(text: str) -> bool:
    """Whether a person's record that the reader may see has the whole text as one of its words."""
    if not (word := ask(text).exact):
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM search_records(%s::tsquery, %s, 1, true))",
            [quoted(word), [PERSON_KIND]],
        )
        found: bool = cursor.fetchone()[0]
    return found


def _ask(tsquery: str, parts: list[str], most: int, apart: bool) -> list[UUID]:
    """At most `most`; or `most` without persons, then as many persons, where those stand `apart`."""
    persons = [False, True] if apart else [None]
    one = f"SELECT id FROM search_records({tsquery}, %s, %s, %s)"  # noqa: S608 - our own words
    values = [[*parts, [PERSON_KIND] if only else None, most, only] for only in persons]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(values)), [v for row in values for v in row])
        return [row[0] for row in cursor.fetchall()]


def is_person(kind: str, featured: dict[str, Any]) -> bool:
    return kind == PERSON_KIND and featured.get("entity_type") == "person"


def _is_person(row: dict[str, Any]) -> bool:
    return is_person(row["kind"], row["featured"])


def _values(row: dict[str, Any], facet: str) -> list[str]:
    value = row["originator_id" if facet == "originator" else facet]
    return value if isinstance(value, list) else [value] if value else []


def _facet(rows: list[dict[str, Any]], name: str) -> list[tuple[str, int]]:
    return Counter(value for row in rows for value in _values(row, name)).most_common(20)


def _chosen(row: dict[str, Any], asked: Search) -> bool:
    return all(
        set(_values(row, name)) & set(values) for name, values in asked.filters.items() if values
    )


def fits(asked: Search, records: Iterable[Record], party: str) -> list[Record]:
    """Those of the records that fit a saved search. Asked as the node for a hosted Party, which sees
    what the Party sees; the caller asks the policy for the officer."""
    chosen = [record for record in records if _is_chosen(asked, record, party)]
    question = ask(asked.text)
    if question.is_empty or not chosen:
        return chosen
    apart = not asked.purpose
    found = {*exact_ids(question, apart), *matching_ids(question, MOST_EXPORTED, apart)}
    return [record for record in chosen if record.pk in found]


def _is_chosen(asked: Search, record: Record, party: str) -> bool:
    """Whether the record fits, but for the words."""
    if not asked.purpose and is_person(record.kind, record.featured):
        return False
    if not _released_between(record, asked):
        return False
    row = {
        "kind": record.kind,
        "originator_id": record.originator_id,
        "priority": record.priority,
        "state": record.state,
        "typology": record.typology,
    }
    return _chosen(_told(party, row), asked)


def _released_between(record: Record, asked: Search) -> bool:
    day = record.released_at.date() if record.released_at else None
    if asked.released_from and (day is None or day < asked.released_from):
        return False
    return not (asked.released_to and (day is None or day > asked.released_to))
