"""What an honest log does not do, written down once, with the signed notes that prove it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db.models.functions import Now
from django.dispatch import Signal

from .database import whole_log
from .models import Finding

logger = logging.getLogger(__name__)
#: Sent in the transaction in which a finding is kept for the first time, with `finding`, the row.
found = Signal()
#: Of one log and kind so many are kept in a day: who signs fork upon fork fills no disk with them.
MOST_A_DAY = 100


def report(origin: str, kind: str, message: str, notes: Iterable[str] = ()) -> None:
    """Keep, log and tell a finding; the same one again is not kept twice, nor told.

    Kinds: altered, forked, rolled-back, refused, bad-signature, not-ours.
    """
    logger.error("audit.finding", extra={"origin": origin, "kind": kind, "finding": message})
    with whole_log():
        today = Finding.objects.filter(origin=origin, kind=kind, at__gt=Now() - timedelta(days=1))
        if today.count() >= MOST_A_DAY:
            return
        row, new = Finding.objects.get_or_create(
            origin=origin, kind=kind, message=message, defaults={"evidence": list(notes)}
        )
        if new:
            found.send(Finding, finding=row)
