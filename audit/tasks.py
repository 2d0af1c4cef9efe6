"""The log's Celery task: rung for after a write, and every second by the clock."""

from __future__ import annotations

import logging

from celery import shared_task

from . import sequencer

logger = logging.getLogger(__name__)
TASK = "audit.sequence"


@shared_task(name=TASK, ignore_result=True)
def sequence() -> None:
    """Sequence what is visible. What was too early to be signed is signed by a ring of its own."""
    done = sequencer.sequence()
    if done and done.signed < done.size:
        try:
            sequence.apply_async(countdown=sequencer.EVERY.total_seconds(), retry=False)
        except Exception as error:
            # The clock rings every second anyway.
            logger.warning("audit.silent", extra={"error": str(error)})
