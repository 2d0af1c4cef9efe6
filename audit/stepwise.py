"""A verification in steps: each short, each in its own transaction, so that it can be watched, stopped
and gone on with.

The first step is the tree: signatures, co-signatures, every hash up to the signed root, every earlier
checkpoint, and that nothing lies beside the tree. It keeps a digest of all leaf hashes. Each further
step holds a range of entries against these leaf hashes, once it has seen that they are still the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from django.db import connection

from . import checking, cosigning, tree, verifier
from .database import whole_log
from .models import Entry, SignedCheckpoint
from .verifier import HASH, Fault, Head, Report

_LEAVES = "SELECT hashes FROM audit_tile WHERE level = 0 ORDER BY number"


@dataclass(frozen=True, slots=True)
class Begun:
    """What the first step found. `note` is the checkpoint that the others work under, `digest` that
    of its leaf hashes; `cosigned` says which witnesses signed it and when (POSIX seconds), `best` and
    `best_by` the largest checkpoint with its quorum, or the largest; `missing` the Parties of the
    quorum that did not co-sign it; `unsigned` entries came after the last."""

    note: bytes
    size: int
    digest: str
    key: str = ""
    checkpoints: int = 0
    unsigned: int = 0
    cosigned: dict[str, int] = field(default_factory=dict)
    best: int = 0
    best_by: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    faults: Sequence[Fault] = ()


def begin() -> Begun | None:
    """The tree. None where nothing was signed yet."""
    with whole_log():
        found = checking.newest()
        if found is None:
            return None
        last, best = found
        note = cosigning.with_cosignatures(last)
        source = checking.Database(note, last.size, last.size, last.size)
        report = verifier.verify(source, checking.trust(), _witnessed(last, best))
        key, cosigned = _signatures(note)
        return Begun(
            note=note,
            size=last.size,
            digest=sha256(_leaves(last.size)).hexdigest(),
            checkpoints=SignedCheckpoint.objects.filter(size__lte=last.size).count(),
            unsigned=tree.size() - last.size,
            best=best.size,
            best_by=(names := tuple(cosigning.witnesses_of(best.size))),
            missing=tuple(cosigning.quorum().missing(names)),
            key=key,
            cosigned=cosigned,
            faults=report.faults,
        )


def texts(note: bytes, size: int, digest: str, first: int, end: int) -> Report:
    """That the entries of this range are those that the tree of the first step commits to."""
    report = Report(size=size)
    with whole_log():
        leaves = _leaves(size)
        if sha256(leaves).hexdigest() != digest:
            report.wrong("tree", "The tree's hashes were altered while it was being verified.")
            return report
        verifier.texts(report, checking.Database(note, size, first, end), leaves, None)
    return report


def erased() -> int:
    """How many entries have lost their text by order of the law."""
    with whole_log():
        return Entry.objects.exclude(erased_at=None).count()


def _leaves(size: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(_LEAVES)
        return b"".join(bytes(row[0]) for row in cursor.fetchall())[: size * HASH]


def _witnessed(last: SignedCheckpoint, best: SignedCheckpoint) -> list[bytes]:
    return [] if best.size == last.size else [cosigning.with_cosignatures(best)]


def _signatures(note: bytes) -> tuple[str, dict[str, int]]:
    """Whose signatures these are; what is wrong with them stands in the report already."""
    trust = checking.trust()
    try:
        head = Head.parse(note)
        return str(head.signed_by(trust.log) or ""), head.cosigned_by(trust.witnesses)
    except verifier.Wrong:
        return "", {}
