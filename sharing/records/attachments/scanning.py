"""Scan what is in quarantine, before anybody gets it; also what came from other nodes.

No transaction is open while the scanner works. Where it is away, the files wait and say so.
"""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.dispatch import Signal

from audit import log
from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as

from ..models import Record
from . import arriving, clamd
from .content import Content
from .models import Attachment

logger = logging.getLogger(__name__)
#: Sent with `record`, `file` and `officer` (who had added it) in the transaction that refuses it.
infected = Signal()


def scan_all(party: str) -> int:
    """Scan what waits on this Party's records and on those that came to it; how many files."""
    if not settings.CLAMD_URL:
        return 0
    with acting_as(Identity.of_node(party)):
        waiting = Attachment.objects.filter(
            Q(next_try_at=None) | Q(next_try_at__lte=clock.now()), state=Attachment.QUARANTINED
        )
        rows = list(waiting.values_list("pk", "record__originator_id")[:200])
    return sum(_scan(party, originator, file) for file, originator in rows)


def _scan(party: str, originator: str, file: UUID) -> bool:
    if originator != party and originator in settings.HOSTED_PARTIES:
        return False  # its own Party's turn
    node = Identity.of_node(party, sender="" if originator == party else originator)
    with acting_as(node):
        held = _held(file)
        whole = Content.of(held) if held else None
    if whole is None:
        return False
    found, away = "", ""
    try:
        found = clamd.scan(settings.CLAMD_URL, whole.read())
    except clamd.Away as error:
        logger.warning("attachments: the scanner: %s", error)
        away = "scanner-away"
    with acting_as(node):
        if held := _held(file):
            _settle(node, held, found, away)
    return not away


def _held(file: UUID) -> Attachment | None:
    found = Attachment.objects.select_for_update(of=("self",)).select_related("record")
    held: Attachment | None = found.filter(pk=file, state=Attachment.QUARANTINED).first()
    return held


def _settle(node: Identity, file: Attachment, found: str, away: str) -> None:
    if away:
        arriving.wait(file, away)
        return
    if found:
        officer = file.added_by
        arriving.refuse(node.party, file, "infected", found)
        _say(node, file.record, file, officer)
        return
    file.state, file.reason, file.attempts, file.next_try_at = Attachment.READY, "", 0, None
    file.save()
    arriving.tell(node.party, file)


def _say(node: Identity, record: Record, file: Attachment, officer: Any) -> None:
    detail = {"reference": record.reference or "", "file": str(file.pk), "found": file.detail}
    log.write("attachment:refuse", actor=node, about=record.pk, detail=detail)
    infected.send(sender=Attachment, record=record, file=file, officer=officer)
