"""Send what waits in a channel: envelope by envelope, each after the receipt of the one before.

One transaction numbers what waits and stores the next manifest; then, outside any transaction, the
envelope goes out and its receipt comes back; one transaction writes down what the receipt says and
stores the next manifest. Killed anywhere, the next drain finds where it was.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties.models import Peer

from . import batches, channels, locks, receipts, sequencing, settling, transport
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
        batch = prepare(channel)
        while batch is not None:
            if until is not None and time.monotonic() > until:
                done.more = True
                break
            receipt, text = _exchange(batch, peer, post, done)
            batch = take(batch, receipt, text)
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
            take(batch, *_exchange(batch, peer, post, done), further=False)
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


def _next(channel: Channel) -> Batch | None:
    """The same, in the present transaction, which holds the channel's row."""
    if not channels.may_send(channel):
        return None
    queued = channel.sequenced - channel.settled
    if not channel.manifest and queued < settings.EXCHANGE_BATCH_ITEMS:
        sequencing.number(channel)
    return batches.next_of(channel)


def _exchange(batch: Batch, peer: Peer, post: Transport, done: Drained) -> tuple[Receipt, str]:
    """Send the batch; the verified receipt and its text."""
    status, body = post.post_envelope(peer.address, batch.sealed())
    receipt, text = receipts.read(batch, status, body)
    if receipt.results:
        done.envelopes += 1
        done.items += len(receipt.results)
    return receipt, text


def take(batch: Batch, receipt: Receipt, text: str, *, further: bool = True) -> Batch | None:
    """Write down what a verified receipt says and, `further`, put the next batch under way.

    Raises Trouble.
    """
    with acting_as(Identity.of_node(batch.channel.sender)):
        try:
            channel = settling.apply(batch, receipt, text)
            return _next(channel) if further else None
        except Trouble as found:
            trouble = found  # raised outside, for what was written down before it stays
    raise trouble
