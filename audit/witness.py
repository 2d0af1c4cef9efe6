"""This node as a witness of the other nodes' logs: https://c2sp.org/tlog-witness

It co-signs a checkpoint once it has seen proof that the log has only grown since the last one, and
never goes back. Checking and keeping are one step per log, under a lock. Whatever a log signed that
an honest one would not is kept as a finding, with both notes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from django.db.models.functions import Now

from . import findings, keys, merkle
from .checkpoint import Checkpoint, read, read_hash, read_size
from .database import WITNESS, lock, whole_log
from .errors import Malformed, Unproved
from .models import CosignedBefore, Witnessed
from .note import MOST_BYTES, Note
from .passing import ASIDE

TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"


class Answer(NamedTuple):
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What add-checkpoint is sent: the size held before, the proof, and the checkpoint."""

    old: int
    path: tuple[bytes, ...]
    head: Checkpoint
    note: Note

    @classmethod
    def parse(cls, body: bytes) -> Request:
        """Raises Malformed."""
        if len(body) > MOST_BYTES:
            raise Malformed(f"{len(body)} bytes; at most {MOST_BYTES} are read.")
        before, blank, after = body.partition(b"\n\n")
        try:
            lines = before.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise Malformed("The lines before the checkpoint are ASCII.") from error
        if not blank or not lines[0].startswith("old ") or len(lines) > merkle.MOST_STEPS + 1:
            raise Malformed(
                f"Wanted an old size, at most {merkle.MOST_STEPS} hashes and a checkpoint."
            )
        old, path = read_size(lines[0][4:]), tuple(read_hash(line) for line in lines[1:])
        return cls(old, path, *read(after))


def add_checkpoint(body: bytes) -> Answer:
    """Answer an add-checkpoint request with the specification's statuses.

    200 with our co-signatures; 404 unknown log; 403 no valid signature of a trusted key; 400
    malformed, or the old size is larger; 409 with the size that we hold; 422 bad proof. The present
    transaction must be committed before the answer is sent.
    """
    try:
        request = Request.parse(body)
    except Malformed as error:
        return Answer(400, TEXT, f"{error}\n".encode())
    with whole_log():
        # First the lock: the name may be passing to another node (passing.py).
        lock(WITNESS, request.head.origin)
        if refusal := _unsigned(request):
            return refusal
        if request.old > request.head.size:
            return Answer(400, TEXT, b"The old size is larger than the checkpoint's.\n")
        held = Witnessed.objects.filter(pk=request.head.origin).first()
        return _conflict(request, held) or _cosign(request, held)


def _unsigned(request: Request) -> Answer | None:
    """Whether a key that is trusted for this log signed; if not, with which status to say so."""
    trusted = keys.log_keys(request.head.origin)
    if not trusted:
        return Answer(404, TEXT, b"This log is not known here.\n")
    try:
        if request.note.signed_by(trusted):
            return None
        return Answer(403, TEXT, b"No trusted key of this log signed the checkpoint.\n")
    except Unproved as error:
        return Answer(403, TEXT, f"{error}\n".encode())


def _conflict(request: Request, held: Witnessed | None) -> Answer | None:
    head, size = request.head, held.size if held else 0
    if held and head.size == size and head.root != bytes(held.root):
        forked(head, request.note, held.note)
    if request.old != size:
        return Answer(409, SIZE, f"{size}\n".encode())
    before = bytes(held.root) if held else merkle.EMPTY
    try:
        if head.size == 0 and head.root != merkle.EMPTY:
            raise Unproved("A tree without entries has the root SHA-256 of nothing.")
        merkle.verify_consistency(request.old, head.size, before, head.root, request.path)
    except Unproved as error:
        # No finding: a proof is not signed, anybody may have put a false one before a true
        # checkpoint. The log itself is asked for one (noticing.py).
        return Answer(422, TEXT, f"{error}\n".encode())
    return None


def _cosign(request: Request, held: Witnessed | None) -> Answer:
    head, now = request.head, int(time.time())
    lines = "".join(cosigner.cosign(head, now).line() for cosigner in keys.cosigners())
    trusted = keys.log_keys(head.origin)
    signed = [s for s in request.note.signatures if any(s.is_by(key) for key in trusted)]
    kept = {
        "size": head.size,
        "root": head.root,
        "note": f"{Note(head.text(), tuple(signed))}{lines}",
        "at": Now(),
    }
    if held:
        Witnessed.objects.filter(pk=head.origin).update(**kept)
    else:
        Witnessed.objects.create(origin=head.origin, **kept)
    before = {"root": head.root, "note": str(Note(head.text(), tuple(signed)))}
    CosignedBefore.objects.bulk_create(
        [CosignedBefore(origin=head.origin, size=head.size, **before)], ignore_conflicts=True
    )
    return Answer(200, TEXT, lines.encode())


def latest(origin_hash: str) -> bytes | None:
    """The last checkpoint that we co-signed, by the hex SHA-256 of the log's origin."""
    with whole_log():
        for row in Witnessed.objects.exclude(ASIDE):
            if sha256(row.origin.encode()).hexdigest() == origin_hash:
                return row.note.encode()
    return None


def forked(head: Checkpoint, note: Note, held: str) -> None:
    message = f"{head.origin} signed two different trees of {head.size} entries."
    findings.report(head.origin, "forked", message, [held, str(note)])
