"""Proofs out of the node's own tree."""

from __future__ import annotations

from uuid import UUID

from . import cosigning, merkle, sequencer, stored, text, tree
from .checkpoint import read
from .database import whole_log
from .errors import LogError
from .models import SignedCheckpoint
from .proof import Proof


def prove(entry: UUID) -> Proof:
    """The entry with its inclusion proof, under the largest checkpoint that has its quorum, or the
    largest there is. Raises LogError where the entry is not here, or not signed yet.
    """
    with whole_log():
        found = stored.some([entry]).get(entry)
        index = sequencer.index_of(entry)
        if found is None or index is None:
            raise LogError(f"The log has no entry {entry}, or it has no place in it yet.")
        signed = cosigning.best(index)
        _, note = read(cosigning.with_cosignatures(signed))
        path = merkle.inclusion_proof(tree.reader(), index, signed.size)
    extra = text.canonical(found.members())
    return Proof(index, tuple(path), note, extra)


def consistency(old: int, new: int) -> list[bytes]:
    """That the tree of `new` entries begins with the one of `old`."""
    with whole_log():
        return merkle.consistency_proof(tree.reader(), old, new)


def checkpoint(size: int | None = None) -> bytes:
    """The last checkpoint, or the one of this size, with its co-signatures. Raises LogError."""
    with whole_log():
        found = SignedCheckpoint.objects.filter(**({} if size is None else {"size": size})).first()
        if found is None:
            raise LogError("The log has no such checkpoint.")
        return cosigning.with_cosignatures(found)
