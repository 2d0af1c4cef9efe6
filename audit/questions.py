"""Questions for proofs to a log whose node accepts no connection: it fetches them here, as a list of
sizes, and brings the hashes.

Hashes prove themselves, so anybody may read the questions and answer them. Only what proves that two
trees are one, or are not, changes anything; what leads nowhere is passed over.

    questions   `OLD NEW`, one a line
    proofs      `consistency OLD NEW`, then a hash in base64 a line; an empty line between two
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db.models.functions import Now

from . import keys, merkle, noticing, proving
from .checkpoint import read_hash, read_size
from .database import whole_log
from .errors import LogError, Malformed, Unproved
from .models import CosignedBefore, OthersCheckpoint, Seen
from .note import encode

#: Twice what waits at a time: a power of two is asked for in two ways.
MOST = 2 * noticing.MOST_AT_ONCE
WHY = "its node cannot be asked; it has had checkpoints co-signed since, and has brought no proof"
Proofs = dict[tuple[int, int], list[bytes]]


def of(origin_hash: str) -> str | None:
    """What this node wants proved of the log with this SHA-256 (hex); None where it knows none such."""
    origin = _known(origin_hash)
    if origin is None:
        return None
    held, noticed = noticing.waiting(origin)
    wanted = dict[tuple[int, int], None]()
    if held is None:
        return ""
    for seen in noticed:
        old, new = sorted((seen.size, held.size))
        if old == new:
            continue  # `overdue` sees it without a proof
        wanted[old, new] = None
        if merkle.is_power_of_two(old) and 2 < old < new:
            wanted[old - 1, new] = None
    return "".join(f"{old} {new}\n" for old, new in wanted)


def _known(origin_hash: str) -> str | None:
    names = {sha256(name.encode()).hexdigest(): name for name in keys.logs()}
    return names.get(origin_hash)


def answer(questions: str) -> str:
    """The proofs of our own log; what it does not have is left out."""
    found = []
    for line in questions.splitlines()[:MOST]:
        old, _, new = line.partition(" ")
        try:
            path = proving.consistency(read_size(old), read_size(new))
        except LogError:
            continue
        found.append("".join(f"{one}\n" for one in (f"consistency {line}", *map(encode, path))))
    return "\n".join(found)


def read(proofs: str) -> Proofs:
    """Raises Malformed."""
    found: Proofs = {}
    for part in proofs.split("\n\n")[:MOST] if proofs else []:
        first, *hashes = part.rstrip("\n").split("\n")
        word, _, sizes = first.partition(" ")
        old, _, new = sizes.partition(" ")
        if word != "consistency" or len(hashes) > merkle.MOST_STEPS:
            raise Malformed("Wanted `consistency OLD NEW` and its hashes.")
        found[read_size(old), read_size(new)] = [read_hash(one) for one in hashes]
    return found


def answered(origin_hash: str, proofs: Proofs) -> int | None:
    """How many checkpoints these settle: as of one tree, or as a fork. None as `of`.

    What was seen is held against what we co-signed at that size or beyond it, or against the newest: that
    it continues what we co-signed earlier says nothing of the two trees since.
    """
    origin = _known(origin_hash)
    if origin is None:
        return None
    held, noticed = noticing.waiting(origin)
    if held is None:
        return 0

    def ask(old: int, new: int) -> Sequence[bytes]:
        if (old, new) not in proofs:
            raise Unproved(f"From {old} to {new} nothing was brought.")
        return proofs[old, new]

    sizes = {size for pair in proofs for size in pair}
    with whole_log():
        # The log has grown since it was asked, and what we co-signed last with it.
        before = list(CosignedBefore.objects.filter(origin=origin, size__in=sizes))
    count = 0
    for seen in noticed:
        beyond = [one for one in before if one.size >= seen.size]
        count += _settles(seen, [*beyond, held], ask)
    if count:
        noticing.proved(origin)
    return count


def _settles(seen: Seen, cosigned: Sequence[OthersCheckpoint], ask: noticing.Ask) -> bool:
    for one in cosigned:
        try:
            if not noticing.hold_together(seen, one, ask):
                return True
        except LogError:
            continue
    return False


def overdue(origin: str, patience: timedelta) -> None:
    """Of a log that cannot be asked: a finding where its node had its checkpoints co-signed here for so
    long after the question stood here, and left it open."""
    if noticing.met(origin):
        noticing.proved(origin)
    held, noticed = noticing.waiting(origin)
    if held is None:
        return
    for seen in noticed:
        if seen.asked_at is None:
            with whole_log():
                Seen.objects.filter(pk=seen.pk).update(asked_at=datetime.now(UTC), at=Now())
        elif held.at - seen.asked_at >= patience:
            noticing.left_open(seen, held, WHY, patience)
