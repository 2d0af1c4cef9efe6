"""Send what waits in a channel: envelope by envelope, each after the receipt of the one before.

One transaction numbers what waits and stores the next manifest; then, outside any transaction, the
envelope goes out and its receipt comes back; one transaction writes down what the receipt says and
stores the next manifest. Killed anywhere, the next drain finds where it was. Of a backlog the next
batch is made while the one before it is on its way (ahead.py).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties.models import Peer

from . import ahead, batches, channels, locks, receipts, sequencing, settling, transport
from .ahead import Ahead
from .batches import Batch
from .formats.receipt import Receipt
from .models import Channel
from .presenting import present
from .transport import Transport
from .troubles import UNHEARD, Trouble


@dataclass(slots=True)
class Drained:
    """What a drain did: `items` receipted in `envelopes`. `more` is due at once; `busy` when another
    drain was at it; `trouble` is what stopped it, a code."""

    items: int = 0
    envelopes: int = 0
    more: bool = False
    busy: bool = False
    trouble: str = ""


def drain(
    sender: str,
    recipient: str,
    transport: Transport | None = None,
    *,
    seconds: float | None = None,
    force: bool = False,
) -> Drained:
    """Push all that is due to a remote recipient, for at most about `seconds`.

    With `force`, also before the time of the next try. Never raises for a peer's doing.
    """
    done = Drained()
    peer = channels.drains(sender, recipient)
    if peer is None:
        return done
    until = None if seconds is None else time.monotonic() + seconds
    channel, idle = channels.outbound(sender, recipient), False
    while force or channels.is_time(channel):
        with locks.alone(str(channel)) as alone:
            if not alone:
                done.busy = True
                return done
            went_on = _drain(channel, peer, transport or _to(peer), until, done)
        # Who rang while we held the lock went away again: look once more, now that it is free; but
        # do not turn round and round over what is due and cannot be sent.
        if done.more or done.trouble or (idle and not went_on):
            return done
        if not channels.is_due(sender, recipient):
            return done
        idle, force = not went_on, False
        channel = channels.outbound(sender, recipient)
    return done


def _to(peer: Peer) -> Transport:
    return transport.to(peer)


def _drain(
    channel: Channel, peer: Peer, post: Transport, until: float | None, done: Drained
) -> bool:
    """Whether anything was sent and taken."""
    before = done.envelopes
    presented = False
    try:
        presented = _catch_up(channel, peer, post, done)
        batch, made = prepare(channel), None
        while batch is not None:
            if until is not None and time.monotonic() > until:
                done.more = True
                break
            data = batch.sealed() if made is None else made.sealed()
            answer = transport.begin(post, peer.address, data, apart=ahead.is_worth_it(batch))
            try:
                made = ahead.make(batch) if ahead.is_worth_it(batch) else None
            finally:
                answered = answer()
            receipt, text = _read(batch, answered, done)
            batch, made = take_on(batch, receipt, text, made)
    except Trouble as trouble:
        done.trouble = trouble.code
        channels.failed(channel, trouble)
        return False
    return presented or done.envelopes > before


def _catch_up(channel: Channel, peer: Peer, post: Transport, done: Drained) -> bool:
    """Whether the peer was told of our newer keys. What is under way was signed for the key set that
    it has: so first that, then the news; and the news also where that is refused, or the channel is
    paused, suspended or stopped, for they may say that a key is not to be believed any more."""
    refused = None
    batch = prepare(channel) if channel.manifest else None
    if batch is not None:
        try:
            answered = post.post_envelope(peer.address, batch.sealed())
            take(batch, *_read(batch, answered, done), further=False)
        except Trouble as trouble:
            if trouble.code in UNHEARD:
                raise
            refused = trouble
    presented = present(channel.sender, peer, post)
    if refused is not None:
        raise refused
    if presented:
        channels.reached(channel)
    return presented


def prepare(channel: Channel) -> Batch | None:
    """The next batch to send, if any may be sent now; it is then under way."""
    with acting_as(Identity.of_node(channel.sender)):
        return _next(channels.locked(channel))


def _next(channel: Channel, made: Ahead | None = None) -> Batch | None:
    """The same, in the present transaction, which holds the channel's row."""
    if not channels.may_send(channel):
        return None
    if made is not None and made.fits(channel):
        return batches.put_under_way(channel, made.batch)
    queued = channel.sequenced - channel.settled
    if not channel.manifest and queued < settings.EXCHANGE_BATCH_ITEMS:
        sequencing.number(channel)
    return batches.next_of(channel)


def _read(batch: Batch, answered: tuple[int, bytes], done: Drained) -> tuple[Receipt, str]:
    """The verified receipt in the answer to the batch, and its text."""
    receipt, text = receipts.read(batch, *answered)
    if receipt.results:
        done.envelopes += 1
        done.items += len(receipt.results)
    return receipt, text


def take(batch: Batch, receipt: Receipt, text: str, *, further: bool = True) -> Batch | None:
    """Write down what a verified receipt says and, `further`, put the next batch under way.

    Raises Trouble.
    """
    return _take(batch, receipt, text, None, further=further)


def take_on(
    batch: Batch, receipt: Receipt, text: str, made: Ahead | None
) -> tuple[Batch | None, Ahead | None]:
    """The same; `made` goes next if it still may, and is None in the answer if it does not."""
    taken = _take(batch, receipt, text, made)
    goes = made is not None and taken is not None and taken.manifest == made.batch.manifest
    return taken, made if goes else None


def _take(
    batch: Batch, receipt: Receipt, text: str, made: Ahead | None, *, further: bool = True
) -> Batch | None:
    with acting_as(Identity.of_node(batch.channel.sender)):
        try:
            channel = settling.apply(batch, receipt, text)
            return _next(channel, made) if further else None
        except Trouble as found:
            trouble = found  # raised outside, for what was written down before it stays
    raise trouble
