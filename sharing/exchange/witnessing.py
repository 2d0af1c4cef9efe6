"""The nodes as witnesses of each other's logs: our checkpoints go to theirs, and what they co-signed of
third logs is held against what we did.

`audit` knows what is asked and what an answer means; here is how it travels. No transaction is open
while another node is asked, each witness is asked by a task of its own, and a slow or silent one is
asked again after pauses that grow.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from django.conf import settings

from audit import cosigning, keys, noticing, questions, witnesses
from audit.checkpoint import read_hash
from audit.errors import Malformed, Unproved
from cordillera.doorbell import ring
from cordillera.parties import peers
from cordillera.parties.models import Peer

from . import locks, pauses, told, transport
from .transport import LogTransport
from .troubles import Trouble

logger = logging.getLogger(__name__)
#: Checkpoints that come faster than a witness answers are not all for this one turn.
MOST_AT_A_TURN = 20
#: Until when a peer asked not to be read from; each worker knows of itself.
_resting: dict[str, float] = {}


def _to(peer: Peer) -> LogTransport:
    return transport.to(peer)


# --- Our log, their co-signatures --------------------------------------------------------------


def cosign(name: str) -> None:
    """Have this witness co-sign our newest checkpoint, and those that come meanwhile."""
    for _ in range(MOST_AT_A_TURN):
        with locks.alone(f"witness {name}") as alone:
            if not alone or not witnesses.due([name]):
                return
            outcome = cosigning.collect_from(name, _ask, _show)
            witnesses.note(outcome, settings.EXCHANGE_LONGEST_PAUSE)
            if outcome.state not in ("cosigned", "current"):
                logger.warning("exchange.cosign: %s: %s", name, outcome.message)
                return
        # Who rang while we held the lock went away again: look once more, now that it is free.


def _ask(name: str, body: bytes) -> tuple[int, bytes]:
    """What the witness answers; OSError where it does not."""
    peer = _node_of(keys.witnesses().get(name, ()))
    try:
        return _to(peer).post_checkpoint(peer.address, body)
    except Trouble as trouble:
        if trouble.after is not None:
            raise cosigning.Busy(str(trouble), trouble.after) from trouble
        raise OSError(str(trouble)) from trouble


def _show(name: str) -> bytes:
    """The checkpoint of our log that this witness co-signed last, to prove what it says of it."""
    peer = _node_of(keys.witnesses().get(name, ()))
    try:
        status, body = _read(peer, _shown(keys.origin()))
    except Trouble as trouble:
        raise OSError(str(trouble)) from trouble
    if status >= 500:
        raise OSError(f"{name} answered {status}")
    return body if status == 200 else b""


def _shown(origin: str, what: str = "checkpoint") -> str:
    """Where a witness shows what it co-signed last of this log, or has it about it."""
    return f"witness/{sha256(origin.encode()).hexdigest()}/{what}"


def _node_of(parties: Sequence[str]) -> Peer:
    """The node of the Party whose the log or the witness is: of the first one, for another may have
    listed its keys after it. Raises OSError where it cannot be connected to."""
    found = peers.enrolled().filter(party_id__in=parties[:1], mode=Peer.PUSH).exclude(address="")
    peer: Peer | None = found.first()
    if peer is None:
        raise OSError(f"no address is known of {', '.join(parties[:1]) or 'its Party'}")
    return peer


def heard(party: str) -> None:
    """This Party's node was heard from: what waited for its next try is tried now."""
    for name in witnesses.at_once(party):
        ring("exchange.cosign_with", name)


def heard_of_log(body: bytes) -> None:
    """The same, after its log's checkpoint came to be co-signed. One of the size that we had co-signed
    is no sign of life: anybody can show it again."""
    try:
        before, _, note = body.partition(b"\n\n")
        origin, size = note.decode("utf-8", "replace").split("\n")[:2]
        if before.split(b"\n")[0] == f"old {size}".encode():
            return
        for party in keys.logs().get(origin, ()):
            heard(party)
    except Exception as error:
        logger.warning("exchange.heard: %s", told.what(error))


# --- Their logs, as others were shown them ------------------------------------------------------


def notice(checkpoints: Sequence[str]) -> None:
    """Hold what came in a receipt against what we co-signed; what has to be proved is rung for.

    In the order of the logs' names: each is locked until the end of the present transaction, and two
    receipts may name the same two logs.
    """
    states = {noticing.notice(note.encode()) for note in sorted(checkpoints)}
    if "unproved" in states:
        ring("exchange.compare_logs")


def _read(peer: Peer, name: str) -> tuple[int, bytes]:
    """What lies under this name at the peer's node, unless it asked to be left alone. Raises Trouble."""
    left = _resting.get(peer.party_id, 0.0) - time.monotonic()
    if left > 0:
        raise Trouble("busy", f"to be asked again after {left:.0f} s", after=left)
    try:
        return _to(peer).get_log(peer.address, name)
    except Trouble as trouble:
        if trouble.after is not None:
            _resting[peer.party_id] = time.monotonic() + pauses.asked_for(trouble.after)
        raise


def gather(peer: Peer) -> None:
    """Read what this node, as a witness, was shown of every log but its own. Raises Trouble."""
    known = keys.logs()
    others = [name for name, parties in known.items() if peer.party_id not in parties]
    for origin in (keys.origin(), *others):
        status, body = _read(peer, _shown(origin))
        if status == 200:
            notice([body.decode("utf-8", "replace")])


def answer_questions(peer: Peer) -> None:
    """Where our node cannot be asked for proofs of its log: bring those that this witness wants. Raises
    Trouble."""
    status, body = _read(peer, _shown(keys.origin(), "questions"))
    proofs = questions.answer(body.decode("ascii", "replace")) if status == 200 else ""
    if proofs:
        _to(peer).post_log(peer.address, _shown(keys.origin(), "proofs"), proofs.encode())


class _Over(Exception):
    """The turn is over: what is left is asked for in the next one."""


def settle() -> int:
    """Have the logs prove what was noticed of them; how many checkpoints were settled. Each is asked by
    one task at a time and for a turn at most: one that answers slowly keeps no other task waiting."""
    count = 0
    for origin, parties in keys.logs().items():
        with locks.alone(f"proofs of {origin}") as alone:
            if alone:
                count += _settle(origin, parties)
    return count


def _settle(origin: str, parties: Sequence[str]) -> int:
    patience = timedelta(seconds=settings.LOG_PROOF_PATIENCE)
    try:
        peer = _node_of(parties)
    except OSError:
        questions.overdue(origin, patience)  # it accepts no connection, and asks what is wanted
        return 0

    until = time.monotonic() + settings.EXCHANGE_TURN_SECONDS

    def ask(old: int, new: int) -> list[bytes]:
        if time.monotonic() > until:
            raise _Over
        name = f"log/consistency/{old}/{new}"
        try:
            status, body = _read(peer, name)
        except Trouble as trouble:
            raise OSError(str(trouble)) from trouble
        if status >= 500:
            raise OSError(f"{origin} answered {status}")
        if status != 200:
            raise Unproved(f"{origin} answered {status}")
        try:
            return [read_hash(line) for line in body.decode("ascii").splitlines()]
        except (Malformed, UnicodeDecodeError) as error:
            raise Unproved(f"{origin} answered what is no proof: {error}") from error

    try:
        return noticing.prove_seen(origin, ask, patience)
    except _Over:
        noticing.proved(origin)
        return 0
