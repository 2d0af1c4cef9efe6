"""What an honest log does not do, written down once, with the signed notes that prove it."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from .database import whole_log
from .models import Finding

logger = logging.getLogger(__name__)


def report(origin: str, kind: str, message: str, notes: Iterable[str] = ()) -> None:
    """Keep and log a finding; the same one again is not kept twice.

    Kinds: altered, forked, rolled-back, refused, bad-proof, bad-signature.
    """
    logger.error("audit.finding", extra={"origin": origin, "kind": kind, "finding": message})
    with whole_log():
        Finding.objects.bulk_create(
            [Finding(origin=origin, kind=kind, message=message, evidence=list(notes))],
            ignore_conflicts=True,
        )
