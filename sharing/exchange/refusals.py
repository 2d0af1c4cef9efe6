"""Refuse what came, write that down, and sign it where it is proven who sent it.

A flood must not fill the log: of the same refusal the first one is written down, then the tenth,
the hundredth, and so on, each with how many there have been; after ten quiet minutes it is new
again. Who is not enrolled counts as one, so names cannot be invented to have more lines.
"""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings
from django.db import transaction

from audit import log
from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto.errors import CODES, Hostile
from cordillera.parties import keysets, peers

from . import answers
from .answers import Answer
from .formats.receipt import Receipt
from .models import Channel
from .proving import Asked

logger = logging.getLogger(__name__)
WINDOW = 600.0


class OutOfStep(Hostile):
    """The two ends of the channel have different histories: answered as a conflict."""


class Counts:
    """How often each refusal came of late. Safe among threads; each process counts its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, ...], tuple[int, float]] = {}

    def worth_telling(self, *key: str) -> int:
        """The count, where it is 1, 10, 100 …; else 0."""
        with self._lock:
            now = time.monotonic()
            count, last = self._counts.get(key, (0, now))
            count = 1 if now - last > WINDOW else count + 1
            self._counts[key] = (count, now)
        return count if str(count).strip("0") == "1" else 0

    def forget(self) -> None:
        with self._lock:
            self._counts.clear()


counts = Counts()


def refuse(asked: Asked, error: Hostile) -> Answer:
    """The answer to what raised `error`. Opens a transaction of its own."""
    code = error.code if error.code in CODES else "malformed"
    with transaction.atomic():
        write_down(
            code,
            str(error),
            party=asked.header.recipient if asked.header else "",
            sender=asked.sender,
            proven=asked.manifest is not None,
        )
        if asked.manifest is None:
            return answers.problem(code, str(error))
        signed = _signed(asked, code, str(error))
    if isinstance(error, OutOfStep):
        return answers.receipt(signed, 409)
    return answers.problem(code, str(error), signed)


def turn_away(code: str, said: str, status: int | None = None) -> Answer:
    """The answer to what is refused by its head, before anybody could prove who he is."""
    with transaction.atomic():
        write_down(code, said)
    return answers.problem(code, said, status=status)


def write_down(
    code: str, said: str, *, party: str = "", sender: str = "", proven: bool = False
) -> None:
    """One entry in the log of `party`, or of every Party hosted here where it names none of them."""
    count = counts.worth_telling(code, party if party in settings.HOSTED_PARTIES else "", sender)
    if not count:
        return
    logger.warning("exchange.refused: %s from %s (%d): %s", code, sender or "?", count, said)
    hosted = [party] if party in settings.HOSTED_PARTIES else settings.HOSTED_PARTIES
    detail = {"code": code, "said": said[:200], "proven": proven, "count": count}
    for own in hosted:
        log.write("envelope:refuse", actor=Identity.of_node(own), about=sender, detail=detail)


def sign(receipt: Receipt) -> str:
    """Signed by the recipient with a key that the sender knows."""
    key = keysets.manifest_key(receipt.by, peers.acknowledged(receipt.to, receipt.by) or None)
    return receipt.sign(key.kid, key.private)


def _signed(asked: Asked, code: str, said: str) -> str:
    """The signed refusal; the administrators see at the channel what is wrong."""
    manifest = asked.manifest
    assert manifest is not None  # noqa: S101 - the caller has looked
    with acting_as(Identity.of_node(manifest.recipient, sender=manifest.sender)):
        held = Channel.objects.filter(sender=manifest.sender, recipient=manifest.recipient)
        held.update(heard_at=clock.now(), last_error=code, last_detail=said[:300])
        channel = held.filter(epoch=manifest.epoch).first()
    return sign(
        Receipt(
            by=manifest.recipient,
            to=manifest.sender,
            at=clock.now(),
            epoch=manifest.epoch,
            first=manifest.first,
            last=manifest.last,
            manifest=asked.chain,
            applied_through=channel.settled if channel else 0,
            refused=code,
        )
    )
