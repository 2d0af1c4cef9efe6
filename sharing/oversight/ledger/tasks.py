"""The ledger's Celery task. It may run at any time, twice, or not at all until the next sweep."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from cordillera.parties.turns import in_turn

from . import exporting, keeping, totals


@shared_task(name="oversight.ledger", ignore_result=True)
def ledger(party: str = "") -> None:
    """Rung for an export, and by the clock: exports that wait, files and lines that are too old, the
    sums of what came since."""
    hosted = settings.HOSTED_PARTIES
    steps = [exporting.make_waiting, exporting.purge, keeping.sweep, totals.keep_up]
    in_turn(steps, [party] if party in hosted else hosted)
