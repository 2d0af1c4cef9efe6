"""Hand out what waits to a node that fetches it: the same batches as those that are pushed.

    1. the request is signed by a peer's key in use, for a Party that is hosted here
    2. the receipts that it brings are applied, each only to the batch that is under way
    3. where the peer has an older key set than our newest, that is the answer
    4. else that batch, or the next one, is sealed and handed out

A key set is no header: it has thousands of bytes, and proxies cut long headers off. A request that
comes twice, or comes late, gets the batch that is under way once more.
"""

from __future__ import annotations

import json

from django.conf import settings

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto.errors import Hostile
from cordillera.parties import keysets, peers

from . import batches, channels, receipts, sending
from .answers import JOSE
from .batches import Batch
from .formats.envelope import MEDIA_TYPE
from .formats.pull import Pull
from .formats.receipt import Receipt
from .models import Channel
from .troubles import Trouble

_STATUSES = {"unknown-recipient": 404, "unknown-sender": 404, "too-large": 413}
_FORBIDDEN = ("bad-signature", "revoked-key", "unknown-key")

Answer = tuple[int, bytes, dict[str, str]]


def answer_pull(text: str) -> Answer:
    """Status, body and headers: 200 and a key set (JOSE) or an envelope, 204 where nothing waits,
    else a problem."""
    try:
        pull = _proven(text)
    except Hostile as error:
        return _problem(error.code, str(error))
    channels.heard(pull.by, pull.to)
    newer = _newer(pull)
    channel = channels.outbound(pull.to, pull.by)
    try:
        for receipt in pull.receipts:
            _take(channel, receipt)
        if newer:
            return 200, newer.encode(), {"Content-Type": JOSE}
        batch = sending.prepare(channel)
        data = batch.sealed() if batch else b""
    except Trouble as trouble:
        channels.failed(channel, trouble)
        data = b""
    if not data:
        return 204, b"", {}
    return 200, data, {"Content-Type": MEDIA_TYPE}


def _proven(text: str) -> Pull:
    claimed = Pull.peek(text)
    if claimed.to not in settings.HOSTED_PARTIES:
        raise Hostile(f"{claimed.to} is not hosted here", "unknown-recipient")
    known = keysets.newest(claimed.by) if peers.is_remote(claimed.by) else None
    if known is None or not peers.enrolled().filter(party_id=claimed.by).exists():
        raise Hostile(f"{claimed.by} is not enrolled here", "unknown-sender")
    return Pull.read(text, known.signer)


def _newer(pull: Pull) -> str:
    """Remember which key set of ours the peer has; the newest one, where it has an older."""
    ours = keysets.current(pull.to)
    if ours is None:
        return ""
    if pull.keyset > peers.acknowledged(pull.by, pull.to):
        with acting_as(Identity.of_node(pull.to)):
            peers.acknowledge(pull.by, pull.to, min(pull.keyset, ours.number))
    return ours.jws if pull.keyset < ours.number else ""


def _take(channel: Channel, text: str) -> None:
    """Apply one receipt, if it answers the batch that is under way. Raises Trouble."""
    batch = _under_way(channel)
    if batch is None:
        return
    try:
        answered = Receipt.peek(text)
    except Hostile as error:
        raise Trouble("answer", f"the receipt: {error}") from error
    if answered.manifest != batch.digest:
        return  # of an earlier batch: it has come before
    receipt, text = receipts.read(batch, 200 if answered.results else 409, text.encode())
    sending.take(batch, receipt, text, further=False)


def _under_way(channel: Channel) -> Batch | None:
    with acting_as(Identity.of_node(channel.sender)):
        held = channels.locked(channel)
        return batches.again(held) if held.manifest else None


def _problem(code: str, detail: str) -> Answer:
    status = 403 if code in _FORBIDDEN else _STATUSES.get(code, 400)
    said = {
        "type": f"urn:cordillera:problem:{code}",
        "title": code,
        "status": status,
        "detail": detail,
    }
    return status, json.dumps(said).encode(), {"Content-Type": "application/problem+json"}
