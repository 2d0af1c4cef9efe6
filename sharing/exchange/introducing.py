"""Take in a peer's new key set: it travels outside the channel's order, signed by its root key."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from cordillera import clock
from cordillera.crypto import jws
from cordillera.crypto import keyset as wire
from cordillera.crypto.errors import Hostile
from cordillera.parties import keysets, peers

from . import answers, channels, refusals, told
from .answers import Answer
from .formats.receipt import KeysetReceipt

logger = logging.getLogger(__name__)
#: A peer greets once in so long, as this process counts it.
LATELY = timedelta(seconds=10)
greeted: dict[tuple[str, str], datetime] = {}


def take(data: bytes, to: str = "") -> Answer:
    """The answer to a key set. `to` is the hosted Party by whom it is receipted: the first one
    where it is not said. Raises nothing."""
    try:
        return _take(data.decode("ascii"), to)
    except UnicodeDecodeError:
        return answers.problem("malformed", "not ASCII")
    except Exception as error:
        logger.error("exchange.busy: %s", told.whole(error))
        return answers.busy()


def _take(text: str, to: str) -> Answer:
    try:
        if to and to not in settings.HOSTED_PARTIES:
            raise Hostile("this Party is not hosted here", "unknown-recipient")
        by, peer = to or settings.HOSTED_PARTIES[0], _enrolled(text)
        before = keysets.newest(peer) if peer else None
        with transaction.atomic():
            held = keysets.accept(text, despite_log=True)
            receipt = KeysetReceipt(by, held.party_id, clock.now(), held.number)
            key = keysets.manifest_key(by, peers.acknowledged(held.party_id, by) or None)
            answer = answers.receipt(receipt.sign(key.kid, key.private))
        is_news = before is None or before.number < held.number
        if is_news or _is_greeting(held.party_id, by):
            channels.heard(held.party_id, by)
        return answer
    except Hostile as error:
        with transaction.atomic():
            refusals.write_down(error.code, str(error), party=to, sender=_enrolled(text))
        return answers.problem(error.code, str(error))


def _is_greeting(peer: str, by: str) -> bool:
    """A node that starts shows the key set that we have. Anybody who has it can show it again and
    again: that makes nobody be tried each time."""
    now, last = clock.now(), greeted.get((peer, by))
    if last is not None and abs(now - last) < LATELY:
        return False
    greeted[peer, by] = now
    return True


def _enrolled(text: str) -> str:
    """Whose key set it says it is, if that is a peer."""
    try:
        party = wire.KeySet.from_payload(jws.peek(text, wire.TYPE, wire.LARGEST)).party
    except Hostile:
        return ""
    return party if peers.is_remote(party) and keysets.current(party) else ""
