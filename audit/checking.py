"""The node's own log as a source for the verifier: out of the database, in batches.

Whoever calls holds `whole_log()` open; everything is then read from one place, and nothing is
believed that the tree does not bear out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from . import cosigning, findings, keys, proving, stored, tree, verifier
from .database import look_up_one_by_one, whole_log
from .models import SignedCheckpoint
from .note import ED25519
from .verifier import Fault, Key, Line, Report, Trust

BATCH = 10_000
_LINES = f"""
    SELECT l.index, {stored.COLUMNS}
    FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry_id
    WHERE l.index >= %s AND l.index < %s ORDER BY l.index
"""  # noqa: S608 - our own names
_STRAY = """
    NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry_id = e.id)
    AND NOT EXISTS (SELECT 1 FROM audit_pending p WHERE p.entry_id = e.id)
"""
_STRAYS = f"SELECT e.id FROM audit_entry e WHERE {_STRAY} LIMIT 1000"  # noqa: S608 - our own words
_STRAYS_AFTER = f"""
    WITH part AS MATERIALIZED (SELECT id FROM audit_entry WHERE id > %s ORDER BY id LIMIT %s)
    SELECT (SELECT id FROM part ORDER BY id DESC LIMIT 1), (SELECT count(*) FROM part),
        ARRAY(SELECT e.id FROM part e WHERE {_STRAY} LIMIT 1000)
"""  # noqa: S608 - our own words
_GONE = """
    SELECT p.entry_id FROM audit_pending p
    WHERE NOT EXISTS (SELECT 1 FROM audit_entry e WHERE e.id = p.entry_id) LIMIT 1000
"""


@dataclass
class Database:
    """The log up to `size`, of which the entries from `first` to before `end` are read.

    With `party`, other Parties' texts stay hidden.
    """

    note: bytes
    size: int
    first: int = 0
    end: int | None = None
    party: str | None = None
    #: The checkpoints of a part of the tree alone: of more entries than this, up to that many.
    heads: tuple[int, int] | None = None

    def checkpoint(self) -> bytes:
        return self.note

    def earlier(self, before: int | None = None) -> Iterable[bytes]:
        """Every checkpoint that was signed here up to this one, or those of fewer entries than
        `before`. One that is signed while this is read is no fault."""
        found = SignedCheckpoint.objects.order_by("size").values_list("note", flat=True)
        found = found.filter(size__lte=self.size)
        if before is not None:
            found = found.filter(size__lt=before)
        if self.heads is not None:
            found = found.filter(size__gt=self.heads[0], size__lte=self.heads[1])
        return (note.encode() for note in found.iterator())

    def tile(self, level: int, number: int) -> bytes:
        return tree.fetch(level, number)

    def span(self) -> tuple[int, int]:
        return self.first, self.size if self.end is None else min(self.end, self.size)

    def lines(self) -> Iterator[Line]:
        first, end = self.span()
        look_up_one_by_one()
        for begin in range(first, end, BATCH):
            with connection.cursor() as cursor:
                cursor.execute(_LINES, [begin, min(begin + BATCH, end)])
                for index, *row in cursor.fetchall():
                    yield self._line(index, row)
        look_up_one_by_one(only=False)

    def _line(self, index: int, row: list[Any]) -> Line:
        if row[0] is None:
            return Line(index, None)
        if self.party is not None and row[3] != self.party:
            return Line(index, None, hidden=True)
        head, body, rest = stored.parts(row)
        return Line(index, head, hash=rest) if body is None else Line(index, head, body, rest)

    def strays(self) -> Iterator[Fault]:
        with connection.cursor() as cursor:
            cursor.execute(_STRAYS)
            yield from (_stray(pk) for (pk,) in cursor.fetchall())
        yield from gone()


def _stray(entry: UUID) -> Fault:
    message = f"Entry {entry} lies in the table and in no place of the tree: it was put in."
    return Fault("inserted", message)


def strays_after(entry: UUID, most: int) -> tuple[UUID | None, list[Fault]]:
    """Of the next `most` entries after this id: the last one, None where there are no more; and those
    that lie in no place of the tree."""
    with connection.cursor() as cursor:
        cursor.execute(_STRAYS_AFTER, [entry, most])
        last, count, found = cursor.fetchone()
    return (last if count == most else None), [_stray(pk) for pk in found]


def gone() -> Iterator[Fault]:
    """Entries that vanished while they waited for their place."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE)
        for (pk,) in cursor.fetchall():
            text = f"Entry {pk} was written and is gone before it got its place: it was taken out."
            yield Fault("deleted", text)


def trust() -> Trust:
    """This node's own keys, and the witnesses that it trusts."""
    own = tuple(Key.parse(str(key)) for key in keys.own_keys(ED25519, retired=True))
    witnesses = tuple(Key.parse(str(key)) for key in keys.witness_keys())
    return Trust(own, witnesses)


def newest() -> tuple[SignedCheckpoint, SignedCheckpoint] | None:
    """The last checkpoint, and the last one with its quorum; within `whole_log()`.

    In this order: the log goes on meanwhile, and of the two the second is never the larger one.
    """
    if not SignedCheckpoint.objects.exists():
        return None
    best = cosigning.best()
    return SignedCheckpoint.objects.all()[0], best


def verify(
    first: int = 0,
    end: int | None = None,
    *,
    known: Iterable[bytes] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Verify the node's log against its last checkpoint; texts of the entries from `first` on.

    Every checkpoint that was ever signed here must be of the same tree, and every one in `known`, or
    kept as a finding against this log.
    """
    with whole_log():
        found = newest()
        if found is None:
            return Report(not_proved=["Anything: this log has no checkpoint yet."])
        last, best = found
        source = Database(cosigning.with_cosignatures(last), last.size, first, end)
        witnessed = [] if best.size == last.size else [cosigning.with_cosignatures(best)]
        shown, claims = findings.held_against(keys.origin())
        held = [*(given := list(known)), *witnessed, *(note.encode() for note in shown)]
        report = verifier.verify(source, trust(), held, progress)
        report.leave_open(given, claims)
        if report.good:
            _witnessed(report, best.size)
        if tree.size() > last.size:
            report.not_proved.append(f"{tree.size() - last.size} entries that are not signed yet.")
    return report


def _witnessed(report: Report, size: int) -> None:
    """Whose witnesses co-signed the checkpoint at `size`, and whether that is all who must."""
    names, quorum = cosigning.witnesses_of(size), cosigning.quorum()
    missing = quorum.missing(names)
    told = f"The first {size} entries are co-signed by {', '.join(names)}"
    if names and not missing:
        report.proved.append(f"{told}: the quorum, of {', '.join(quorum.parties)}.")
    elif names:
        report.proved.append(f"{told}.")
    if missing:
        report.not_proved.append(
            f"That {', '.join(missing)} were shown this same log: they must co-sign it, and have not."
        )


def verify_entry(entry: UUID) -> Report:
    """Verify one entry by its inclusion proof. Raises LogError where it has no place yet."""
    return verifier.verify_proof(str(proving.prove(entry)).encode(), trust())
