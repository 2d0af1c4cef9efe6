"""What each Party hosted here was brought, where one node hosts several and the originator is remote.

A Party sees the newest version that its own channel has brought it, and nothing that was brought to
another Party alone: its channel may be suspended, behind, or refuse what another accepts, and the
newer version may have left it out. So a received version says to whom it was `brought_to`, which
decides who reads it. The record's row shows the newest version that anyone here was brought, to
those who were brought that one: they are in the row's audience. Every other Party that holds the
record has a row of its own in the table `records_behind`, with the same id and its code in `behind`:
as the record was when it was last brought news of it, with the terms, links and search document of
that version. That table inherits from the records' own, so whoever asks for records is answered from
both, and row-level security shows each Party the one row that is its own: pages, lists, counts,
searches and the API ask as if there were one. When its channel catches up, its row goes. A node that
hosts one Party never has such rows, nor asks for them.

All of it is called as receiving.py is: as the node, with the sender whose records these are.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.conf import settings
from django.db import connection

from cordillera import bulk

from . import projection
from .models import Record, Version

TABLE = "records_behind"
ALL = f"SELECT * FROM {TABLE} WHERE id = ANY(%s)"  # noqa: S608 - our own name
REMOVE = f"DELETE FROM {TABLE} WHERE id = ANY(%s) AND behind = %s"  # noqa: S608 - our own name
#: One Party's row of a record, and the version that it shows.
Shown = tuple[Record, Version]


def behind(records: Iterable[UUID]) -> dict[UUID, dict[str, Record]]:
    """The rows of Parties that are behind, by record and Party."""
    found: dict[UUID, dict[str, Record]] = defaultdict(dict)
    ids = list(records)
    if ids and len(settings.HOSTED_PARTIES) > 1:
        for row in Record.objects.raw(ALL, [ids]):
            found[row.pk][row.behind] = row
    return found


def others(party: str, record: Record) -> list[str]:
    """The other Parties hosted here who see the record's own row."""
    return [c for c in record.audience if c in settings.HOSTED_PARTIES and c != party]


def row_for(party: str, record: Record) -> Record:
    """A row of `party` alone, as the record's is now (unsaved)."""
    row = copy.copy(record)
    row.behind = party
    row.audience = [c for c in record.audience if c not in settings.HOSTED_PARTIES or c == party]
    return row


def leave_behind(party: str, record: Record) -> list[Record]:
    """Rows of the others who see the record as it is now, before it changes for `party` (unsaved);
    in the record's row they are no more."""
    staying = others(party, record)
    rows = [row_for(code, record) for code in staying]
    record.audience = [code for code in record.audience if code not in staying]
    return rows


def standing(rows: Iterable[Record]) -> list[Shown]:
    """These rows with their versions."""
    wanted = list(rows)
    found = Version.objects.in_bulk([row.current_id for row in wanted])
    return [(row, found[row.current_id]) for row in wanted]


def step_forward(record: Record, rows: Iterable[Record]) -> None:
    """Nobody here sees the record's own row any more: the newest of these rows becomes it, for all to
    whom that one is the same."""
    shown = standing(rows)
    newest, version = max(shown, key=lambda one: (one[1].number, one[0].state))
    same = [r for r, v in shown if v.pk == version.pk and r.state == newest.state]
    forget([copy.copy(row) for row in same])
    newest.behind = ""
    newest.audience = sorted({code for row in same for code in row.audience})
    newest.save()
    projection.write([(newest, version)])


def keep(shown: Sequence[Shown]) -> None:
    """Write these rows, and what is found of them, in the place of those that were. The records' own
    rows are written before."""
    for party, pairs in _by_party(shown).items():
        _remove(party, [row.pk for row, _ in pairs])
        columns = {str(field.column): field.attname for field in Record._meta.concrete_fields}
        rows = [
            {column: getattr(row, name) for column, name in columns.items()} for row, _ in pairs
        ]
        bulk.insert_rows(TABLE, list(columns), rows)
        projection.write(pairs, behind=party)


def forget(rows: Sequence[Record]) -> None:
    """Remove these rows, and what is found of them: their Parties see the record's own, or none."""
    grouped = defaultdict(list)
    for row in rows:
        grouped[row.behind].append(row)
    for party, own in grouped.items():
        _remove(party, [row.pk for row in own])
        projection.forget([copy.copy(row) for row in own], behind=party)


def _by_party(shown: Sequence[Shown]) -> dict[str, list[Shown]]:
    found = defaultdict(list)
    for row, version in shown:
        found[row.behind].append((row, version))
    return found


def _remove(party: str, records: Sequence[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(REMOVE, [list(records), party])
