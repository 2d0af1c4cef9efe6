"""What an honest log does not do, written down once, with the signed notes that prove it."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.dispatch import Signal

from .database import whole_log
from .models import Finding

logger = logging.getLogger(__name__)
#: Sent in the transaction in which a finding is kept for the first time, with `finding`, the row.
found = Signal()


def report(origin: str, kind: str, message: str, notes: Iterable[str] = ()) -> None:
    """Keep, log and tell a finding; the same one again is not kept twice, nor told.

    Kinds: altered, forked, rolled-back, refused, bad-proof, bad-signature, not-ours.
    """
    logger.error("audit.finding", extra={"origin": origin, "kind": kind, "finding": message})
    with whole_log():
        row, new = Finding.objects.get_or_create(
            origin=origin, kind=kind, message=message, defaults={"evidence": list(notes)}
        )
        if new:
            found.send(Finding, finding=row)
