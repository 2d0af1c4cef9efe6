"""Checkpoints that go round: which ones this node tells the others of, and what it makes of theirs.

A log that shows different trees to different witnesses is found out where two of its checkpoints
meet. They come in receipts, by way of third Parties too, and from what other witnesses co-signed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from django.db.models.functions import Now

from . import findings, keys, merkle, tree
from .checkpoint import Checkpoint, read
from .database import WITNESS, lock, whole_log
from .errors import Contradicted, LogError, Unproved
from .models import CosignedBefore, OthersCheckpoint, Seen, SignedCheckpoint, Witnessed
from .note import Note, encode
from .passing import ASIDE
from .witness import forked

#: How long a checkpoint that we co-signed is remembered behind newer ones.
KEPT = timedelta(hours=1)
#: So many checkpoints of one log are proved at a time, and so many wait for it.
MOST_AT_ONCE, MOST_WAITING = 50, 1000
#: So long a log may leave a question for its proof open before people are told.
PATIENCE = timedelta(hours=1)


def shared(most: int, longest: int) -> list[str]:
    """Checkpoints to tell the others of, each with its log's signature alone: the newest of our own
    log, then the newest that we co-signed of other logs. At most so many, of so many characters."""
    with whole_log():
        own = SignedCheckpoint.objects.first()
        found = [own.note] if own else []
        known = Witnessed.objects.exclude(ASIDE)
        for row in known.order_by("-at")[: most - len(found)]:
            note = Note.parse(row.note.encode())
            signed = tuple(s for s in note.signatures if s.name == row.origin)
            found.append(str(Note(note.text, signed)))
    return [note for note in found if len(note) <= longest]


def forget_old() -> None:
    """Of what we co-signed of late an hour is kept; the newest of each log stays for ever."""
    with whole_log():
        CosignedBefore.objects.filter(at__lt=Now() - KEPT).delete()


def notice(raw: bytes) -> str:
    """A checkpoint that came in a receipt or from another witness, perhaps one of our own log.

    Returns same (we hold it), forked (we hold another root for that size; a finding is kept),
    unproved (kept; `prove_seen` settles it), unknown (no key is trusted for this log), not-ours
    (signed with our own key and not by us; a finding is kept) or bad-signature. Raises nothing for
    hostile bytes: those are bad-signature.
    """
    try:
        head, note = read(raw)
        own = keys.own_log_keys(head.origin)
        trusted = own or keys.log_keys(head.origin)
        if not trusted:
            return "unknown"
        if not note.signed_by(trusted):
            return "bad-signature"
        signed = tuple(one for one in note.signatures if any(one.is_by(key) for key in trusted))
        note = Note(note.text, signed)
    except LogError:
        return "bad-signature"
    if own:
        return _own(head, note)
    with whole_log():
        lock(WITNESS, head.origin)
        still = keys.log_keys(head.origin)  # the name may have passed to another node
        if not any(one.is_by(key) for one in signed for key in still):
            return "bad-signature"
        for root, kept in _kept(head):
            if root == head.root:
                return "same"
            forked(head, note, kept)
            return "forked"
        if _has_room(head):
            Seen.objects.create(origin=head.origin, size=head.size, root=head.root, note=str(note))
    return "unproved"


def _has_room(head: Checkpoint) -> bool:
    """Old checkpoints, which anybody may show again, fill half of the places at most."""
    held = Witnessed.objects.filter(pk=head.origin).first()
    waiting = Seen.objects.filter(origin=head.origin)
    if waiting.count() >= MOST_WAITING:
        return False
    if held is None or head.size > held.size:
        return True
    return waiting.filter(size__lte=held.size).count() < MOST_WAITING // 2


def _own(head: Checkpoint, note: Note) -> str:
    """Whether a checkpoint in our own name is of our tree."""
    with whole_log():
        last = SignedCheckpoint.objects.first()
        try:
            held = last and head.size <= last.size and merkle.root(tree.reader(), head.size)
        except LogError:
            held = None  # the tree itself is damaged; the sequencer and the verifier say so
        if held == head.root:
            return "same"
        message = (
            f"A checkpoint at {head.size} entries is signed with this log's key and is not of its "
            "tree: somebody else has the key, or an old backup was put back."
        )
        findings.report(
            head.origin, "not-ours", message, [str(note), *([last.note] if last else [])]
        )
    return "not-ours"


def _kept(head: Checkpoint) -> list[tuple[bytes, str]]:
    """Root and note of what we hold of this log at this size; what we co-signed first."""
    asked = {"origin": head.origin, "size": head.size}
    rows = [
        *Witnessed.objects.filter(**asked).values_list("root", "note"),
        *CosignedBefore.objects.filter(**asked).values_list("root", "note"),
        *Seen.objects.filter(**asked).values_list("root", "note"),
    ]
    return [(bytes(root), note) for root, note in rows]


Ask = Callable[[int, int], Sequence[bytes]]


def prove_seen(origin: str, ask: Ask, patience: timedelta = PATIENCE) -> int:
    """Hold what was noticed against what we co-signed; `ask(old, new)` gets the log's own proof.

    `ask` raises OSError where the log does not answer, and LogError where what came is no proof: a 404,
    a proxy's page. Neither says anything of the log; such a checkpoint is asked for again, and after
    `patience` there is a finding, until the proof comes. A proof that itself shows the two trees not
    to be one is kept as the evidence of a fork. How many were settled; one that is larger than what we
    co-signed is kept all the same, and proved again once that has grown.
    """
    count = met(origin)
    held, noticed = waiting(origin)
    if held is None:
        return 0
    for seen in noticed:
        try:
            nowhere = hold_together(seen, held, ask)
        except (OSError, LogError) as error:
            left_open(seen, held, str(error), patience)
            if isinstance(error, OSError):
                break  # nor does it answer for the others now
            continue
        if nowhere:
            left_open(seen, held, nowhere, timedelta())
            continue
        count += 1
    if count:
        proved(origin)
    return count


def waiting(origin: str) -> tuple[Witnessed | None, list[Seen]]:
    """What we co-signed of this log last, and the next checkpoints to be held against it."""
    with whole_log():
        held = Witnessed.objects.filter(pk=origin).first()
        # Who was asked for goes behind the others: none keeps another from its turn.
        noticed = Seen.objects.filter(origin=origin).order_by("at", "pk")
        if held:
            noticed = noticed.exclude(proved_from=held.size)
        return held, list(noticed[:MOST_AT_ONCE])


def met(origin: str) -> int:
    """What was seen of a size that we have co-signed since shows without a proof; how many there were."""
    count = 0
    with whole_log():
        noticed = Seen.objects.filter(origin=origin)
        same = {"origin": origin, "size__in": noticed.values("size")}
        cosigned = [*Witnessed.objects.filter(**same), *CosignedBefore.objects.filter(**same)]
        for one in cosigned:
            for seen in noticed.filter(size=one.size):
                hold_together(seen, one, lambda old, new: ())
                count += 1
    return count


def hold_together(seen: Seen, cosigned: OthersCheckpoint, ask: Ask) -> str:
    """Empty where the log proves that they are one, or its hashes that they are not; else why these lead
    nowhere. Raises what `ask` raises.

    Of one that is larger than what we co-signed a proof says only that it continues that: the log may
    have shown us another tree since, or show it yet. So it is kept until ours is as large.
    """
    old, new = sorted((seen, cosigned), key=lambda row: row.size)
    path = [] if old.size == new.size else list(ask(old.size, new.size))
    trees = old.size, new.size, bytes(old.root), bytes(new.root)
    try:
        merkle.verify_consistency(*trees, path)
    except Contradicted:
        _has_forked(old, new, old.size, path)
    except Unproved as error:
        if not _begins_otherwise(old, new, ask):
            return str(error)
    else:
        if seen.size > cosigned.size:
            _proved_so_far(seen, cosigned.size)
            return ""
    with whole_log():
        Seen.objects.filter(pk=seen.pk).delete()
    return ""


def _begins_otherwise(old: OthersCheckpoint, new: OthersCheckpoint, ask: Ask) -> bool:
    """Whether the log shows itself that it has forked, where no proof from this size could."""
    if not merkle.is_power_of_two(old.size):
        return False
    try:
        path = list(ask(old.size - 1, new.size)) if old.size > 2 else []
        merkle.verify_beginning(old.size, new.size, bytes(old.root), bytes(new.root), path)
    except Contradicted:
        _has_forked(old, new, old.size - 1, path)
        return True
    except (OSError, LogError):
        pass  # it is asked again
    return False


def _has_forked(
    old: OthersCheckpoint, new: OthersCheckpoint, begin: int, path: Sequence[bytes]
) -> None:
    message = f"{old.origin} shows trees of {old.size} and {new.size} entries that are not one."
    proof = "\n".join([f"consistency {begin} {new.size}", *map(encode, path)]) + "\n"
    findings.report(old.origin, findings.FORKED, message, [old.note, new.note, proof])


def _proved_so_far(seen: Seen, size: int) -> None:
    with whole_log():
        Seen.objects.filter(pk=seen.pk).update(proved_from=size, asked_at=None, at=Now())


def left_open(seen: Seen, held: Witnessed, why: str, patience: timedelta) -> None:
    """The log was asked and has not proved it; a finding where that has lasted too long."""
    now = datetime.now(UTC)
    since = seen.asked_at or now
    with whole_log():
        if not Seen.objects.filter(pk=seen.pk).update(asked_at=since, at=Now()):
            return  # settled meanwhile, or set aside: the name is another's
        if now - since < patience or findings.is_open(seen.origin, findings.WILL_NOT_PROVE):
            return
        message = (
            f"{seen.origin} signed trees of {seen.size} and {held.size} entries and does not prove that "
            f"they are one; it was first asked at {since:%Y-%m-%d %H:%M:%S} UTC. Now: {why}"
        )
        findings.report(
            seen.origin, findings.WILL_NOT_PROVE, message, [seen.note, held.note], since
        )


def proved(origin: str) -> None:
    """Nothing that it was asked for is left: it does prove after all, or was found to have forked."""
    with whole_log():
        if not Seen.objects.filter(origin=origin, asked_at__isnull=False).exists():
            findings.resolve(origin, findings.WILL_NOT_PROVE, "What it was asked for is settled.")
