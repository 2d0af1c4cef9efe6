"""Fetch what waits for us at other nodes, where ours accepts no inbound connection.

A signed request says up to where we have the channel and brings the receipts of what came with the
earlier ones; what comes back is taken in by the very same checks as if it had been pushed. Receipts
are facts and are kept: where one was lost on its way, the peer hands out the same batch again and
gets the same receipt again.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass

from django.conf import settings

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties import keysets, peers
from cordillera.parties.errors import NotEnrolled
from cordillera.parties.models import Peer

from . import channels, introducing, locks, receiving, transport
from .answers import JOSE, Answer
from .formats.pull import Pull
from .models import Channel
from .transport import PullTransport
from .troubles import Trouble

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Pulled:
    """What a pull did: `envelopes` taken in. `busy` when another one was at it; `trouble` is what
    stopped it, a code; `more` waits."""

    envelopes: int = 0
    busy: bool = False
    more: bool = False
    trouble: str = ""


def pull(
    hosted: str,
    remote: str,
    post: PullTransport | None = None,
    *,
    seconds: float | None = None,
    force: bool = False,
) -> Pulled:
    """Fetch from `remote` what waits for `hosted`, until nothing does or the time is over; after a
    failure not before the time of the next try, unless `force`. Never raises for a peer's doing."""
    done = Pulled()
    try:
        peer = peers.get(remote)
    except NotEnrolled:
        done.trouble = "unknown-sender"
        return done
    until = None if seconds is None else time.monotonic() + seconds
    channel = channels.inbound(remote, hosted)
    if not (force or channels.is_time(channel)):
        return done
    with locks.alone(f"pull {remote} {hosted}") as alone:
        if not alone:
            done.busy = True
            return done
        try:
            _fetch(hosted, peer, post or transport.to(peer), until, done)
            if channel.attempts:
                channels.reached(channel)
        except Trouble as trouble:
            done.trouble = trouble.code
            channels.failed(channel, trouble)
            logger.warning("exchange.pull: %s from %s: %s", hosted, remote, trouble)
    return done


def _fetch(hosted: str, peer: Peer, post: PullTransport, until: float | None, done: Pulled) -> None:
    receipts: tuple[str, ...] = ()
    while True:
        text = request(hosted, peer.party_id, receipts)
        status, body, headers = post.post_pull(peer.address, text)
        if status == 200 and headers.get("Content-Type") == JOSE:
            _take_key_set(body, hosted, peer)
            receipts = ()  # they came with this request
            continue
        if status == 204:
            channels.heard(peer.party_id, hosted)
            return
        if status != 200:
            raise Trouble(f"http-{status}", body[:200].decode("utf-8", "replace"))
        answer = receiving.receive(body)
        if answer.status != 200 and not _receipt(answer):
            raise Trouble(_code(answer), "what was fetched was not taken in")
        done.envelopes += answer.status == 200
        if receipts == (_receipt(answer),):
            raise Trouble("answer", "the peer does not take our receipt")
        receipts = (_receipt(answer),)
        if until is not None and time.monotonic() > until:
            _hand_over(hosted, peer, post, receipts)
            done.more = True
            return


def request(hosted: str, remote: str, receipts: tuple[str, ...] = ()) -> str:
    """The signed request for what comes after what we have."""
    with acting_as(Identity.of_node(hosted)):
        channel = Channel.objects.filter(sender=remote, recipient=hosted).first()
    known = keysets.newest(remote)
    asked = Pull(
        by=hosted,
        to=remote,
        epoch=channel.epoch if channel else 1,
        after=channel.settled if channel else 0,
        keyset=known.number if known else 0,
        at=clock.now(),
        receipts=receipts,
    )
    key = keysets.manifest_key(hosted, peers.acknowledged(remote, hosted) or None)
    return asked.sign(key.kid, key.private)


def _hand_over(hosted: str, peer: Peer, post: PullTransport, receipts: tuple[str, ...]) -> None:
    """Our time is over: the receipt still goes now, whatever it is answered with."""
    post.post_pull(peer.address, request(hosted, peer.party_id, receipts))


def _take_key_set(data: bytes, hosted: str, peer: Peer) -> None:
    """The peer's newer key set, which it hands out first. Raises Trouble where it is none."""
    before = keysets.newest(peer.party_id)
    answer = introducing.take(data, hosted)
    if answer.status != 200:
        raise Trouble(_code(answer), "the peer's newer key set was refused")
    now = keysets.newest(peer.party_id)
    if now is None or (before is not None and now.number <= before.number):
        raise Trouble("answer", "the peer hands out a key set that is no newer")


def _receipt(answer: Answer) -> str:
    """The signed receipt in an answer of ours, a refusal too; empty where nothing is signed."""
    if answer.content_type == JOSE:
        return answer.body.decode()
    return str(json.loads(answer.body).get("refusal", ""))


def _code(answer: Answer) -> str:
    return str(json.loads(answer.body)["type"]).rpartition(":")[2]


def due() -> list[tuple[str, str]]:
    """(hosted, remote) of each channel that this node fetches: all of them or none."""
    if not settings.EXCHANGE_FETCHES:
        return []
    codes = [peer.party_id for peer in peers.enrolled() if peer.address]
    return [(hosted, remote) for hosted in settings.HOSTED_PARTIES for remote in codes]
