"""Hand out what waits to a node that fetches it: the same batches as those that are pushed.

    1. the request is signed by a peer's key in use, for a Party that is hosted here
    2. the receipts that it brings are applied, each only to the batch that is under way
    3. where the peer has an older key set than our newest, that is the answer
    4. else that batch, or the next one, is sealed and handed out

A key set is no header: it has thousands of bytes, and proxies cut long headers off. A request that
comes twice, or comes late, gets the batch that is under way once more.
"""

from __future__ import annotations

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto.errors import Hostile
from cordillera.parties import keysets, peers

from . import answers, batches, channels, receipts, requests, sending
from .answers import JOSE, Answer
from .batches import Batch
from .formats.envelope import MEDIA_TYPE
from .formats.pull import Pull
from .formats.receipt import Receipt
from .models import Channel
from .troubles import Trouble


def answer_pull(text: str) -> Answer:
    """200 and a key set (JOSE) or an envelope, 204 where nothing waits, else a problem."""
    try:
        pull = requests.proven(text, Pull)
    except Hostile as error:
        return answers.problem(error.code, str(error))
    channels.heard(pull.by, pull.to)
    newer = _newer(pull)
    channel = channels.outbound(pull.to, pull.by)
    try:
        for receipt in pull.receipts:
            _take(channel, receipt)
        if newer:
            return Answer(200, newer.encode(), JOSE, by=pull.by)
        batch = sending.prepare(channel)
        data = batch.sealed() if batch else b""
    except Trouble as trouble:
        channels.failed(channel, trouble)
        data = b""
    return Answer(200 if data else 204, data, MEDIA_TYPE, by=pull.by)


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
