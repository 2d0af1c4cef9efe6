"""A verification in steps: each short, each in its own transaction, so that it can be watched, stopped
and gone on with.

The first step is the checkpoint: signatures and co-signatures. Each further one reads a range of the
tree's leaf hashes, grows the tree by them up to the checkpoints that were signed on the way, and holds
the entries of the range against them. What it hands to the next step is the frontier: the roots of the
complete subtrees so far, one for each bit of the tree's size. So the whole costs time in proportion to
the log, a step's memory does not grow with it, and the signed root comes out of the last step only if
every hash of every step was the one that was signed. What witnesses have shown against the log, and
what they say without showing it, is held against it as well (findings.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from . import checking, cosigning, findings, keys, tree, verifier
from .database import look_up_one_by_one, whole_log
from .models import SignedCheckpoint
from .verifier import HASH, WIDTH, Climb, Fault, Head, Report

_TILES = """
    SELECT number, hashes FROM audit_tile
    WHERE level = 0 AND number >= %s AND number < %s ORDER BY number
"""
#: Before every id.
FIRST = UUID(int=0)
#: Tiles that are looked through at once for a hash at a place where it does not belong.
_AT_ONCE = 1000
#: No tree is larger.
MOST_SIZE = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Begun:
    """What the first step found. `note` is the checkpoint that the others work under; `cosigned` says
    which witnesses signed it and when (POSIX seconds), `best` and `best_by` the largest checkpoint with
    its quorum, or the largest; `missing` the Parties of the quorum that did not co-sign it; `unsigned`
    entries came after the last. `claims` are the witnesses that say otherwise and do not prove it."""

    note: bytes
    size: int
    key: str = ""
    unsigned: int = 0
    cosigned: dict[str, int] = field(default_factory=dict)
    best: int = 0
    best_by: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    faults: Sequence[Fault] = ()


@dataclass(slots=True)
class Frontier:
    """The tree as far as it has been read, and up to which id the table of entries.

    `broken`: hashes were missing, so that no further root can come out. `over`: there are no more
    entries in the table.
    """

    climb: Climb = field(default_factory=Climb)
    broken: bool = False
    entry: UUID = FIRST
    over: bool = False

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it from one step to the next."""
        return {
            "size": self.climb.size,
            "peaks": [peak.hex() for peak in self.climb.peaks],
            "broken": self.broken,
            "entry": str(self.entry),
            "over": self.over,
        }

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Frontier:
        if not stored:
            return cls()
        climb = Climb(stored["size"], map(bytes.fromhex, stored["peaks"]))
        return cls(climb, stored["broken"], UUID(stored["entry"]), stored["over"])


def begin() -> Begun | None:
    """The newest checkpoint. None where nothing was signed yet."""
    with whole_log():
        found = checking.newest()
        if found is None:
            return None
        last, best = found
        note = cosigning.with_cosignatures(last)
        report = verifier.signatures(note, checking.trust())
        key, cosigned = _signatures(note)
        return Begun(
            note=note,
            size=last.size,
            unsigned=tree.size() - last.size,
            best=best.size,
            best_by=(names := tuple(cosigning.witnesses_of(best.size))),
            missing=tuple(cosigning.quorum().missing(names)),
            claims=tuple(findings.claimants()),
            key=key,
            cosigned=cosigned,
            faults=[*report.faults, *_unlike(last, report), *checking.gone()],
        )


def _unlike(last: SignedCheckpoint, report: Report) -> list[Fault]:
    """The row says how far the other steps go, the note what was signed."""
    if report.size == last.size or any(fault.kind == "source" for fault in report.faults):
        return []
    text = f"The checkpoint of {report.size} entries lies in the place of one of {last.size}."
    return [Fault("tree", text)]


def step(note: bytes, size: int, frontier: Frontier, end: int, *, search: bool = True) -> Report:
    """The tree and the entries from where the frontier stands to before `end`; the frontier grows.

    `search`: look through the whole tree for where an entry belongs that stands elsewhere.
    """
    report, first = Report(size=size), frontier.climb.size
    with whole_log():
        leaves = _leaves(first, end)
        source = checking.Database(note, size, first, end, heads=(first or -1, end))
        if not frontier.broken:
            _climb(report, source, frontier, leaves, end)
        verifier.texts(report, source, leaves, begin=first, places=_places(size if search else 0))
        report.faults.extend(_strays(frontier, end - first))
    frontier.climb.size = end
    return report


def strays(frontier: Frontier, most: int) -> list[Fault]:
    """The next entries in the table that have no place in the tree, where these outlast its own."""
    with whole_log():
        return list(_strays(frontier, most))


def _strays(frontier: Frontier, most: int) -> Sequence[Fault]:
    if frontier.over:
        return []
    look_up_one_by_one()
    last, found = checking.strays_after(frontier.entry, max(most, 1))
    look_up_one_by_one(only=False)
    frontier.entry, frontier.over = last or frontier.entry, last is None
    return found


def _climb(
    report: Report, source: checking.Database, frontier: Frontier, leaves: bytes, end: int
) -> None:
    if len(leaves) < (end - frontier.climb.size) * HASH:
        held = frontier.climb.size + len(leaves) // HASH
        text = f"The tree ends after {held} hashes; {source.size} were signed."
        report.wrong("tree", text, held)
        frontier.broken = True
        return
    known = _held_against(frontier.climb.size, end, source.size)
    verifier.climb_on(report, source, checking.trust(), frontier.climb, verifier.cut(leaves), known)


def _held_against(first: int, end: int, size: int) -> list[bytes]:
    """What others have shown against this part of the tree; with the last part, beyond its end too."""
    shown, _ = findings.held_against(keys.origin())
    until = MOST_SIZE if end == size else end
    sizes = ((note, int(note.split("\n")[1])) for note in shown)
    return [note.encode() for note, there in sizes if (first or -1) < there <= until]


def _leaves(first: int, end: int) -> bytes:
    """The leaf hashes of this range, up to the first that is missing."""
    number, found = first // WIDTH, bytearray()
    with connection.cursor() as cursor:
        cursor.execute(_TILES, [number, -(-end // WIDTH)])
        for there, hashes in cursor.fetchall():
            if there != number or len(found) % (WIDTH * HASH):
                break
            found += bytes(hashes)[: WIDTH * HASH]
            number += 1
    skipped = (first % WIDTH) * HASH
    return bytes(found[skipped : skipped + (end - first) * HASH])


def _places(size: int) -> Callable[[set[bytes]], dict[bytes, int]]:
    """Where in the whole tree these leaf hashes stand: read through only where something is wrong."""

    def find(wanted: set[bytes]) -> dict[bytes, int]:
        found: dict[bytes, int] = {}
        for first in range(0, size, _AT_ONCE * WIDTH):
            leaves = verifier.cut(_leaves(first, min(first + _AT_ONCE * WIDTH, size)))
            found |= {hash: first + at for at, hash in enumerate(leaves) if hash in wanted}
            if len(found) == len(wanted):
                break
        return found

    return find


def _signatures(note: bytes) -> tuple[str, dict[str, int]]:
    """Whose signatures these are; what is wrong with them stands in the report already."""
    trust = checking.trust()
    try:
        head = Head.parse(note)
        return str(head.signed_by(trust.log) or ""), head.cosigned_by(trust.witnesses)
    except verifier.Wrong:
        return "", {}
