"""The log's Celery task: rung for after a write, and every few seconds by the clock."""

from __future__ import annotations

import logging
import time

from celery import shared_task

from . import blocks, sequencer

logger = logging.getLogger(__name__)
TASK = "audit.sequence"
AGAIN = sequencer.EVERY.total_seconds()
_planned = [0.0]


@shared_task(name=TASK, ignore_result=True)
def sequence() -> None:
    """Sequence what is visible.

    Where there was something, once more within a second: for what was too early to be signed, and
    for entries whose writer kept from ringing so soon again. Of such returns each process plans one
    at a time, however often it is rung for.
    """
    done = sequencer.sequence()
    blocks.keep_up()
    if done is None or not (done.appended or done.wait):
        return
    delay, now = (done.wait or AGAIN) + 0.02, time.monotonic()
    if now < _planned[0] < now + delay + 0.1:
        return
    _planned[0] = now + delay
    try:
        sequence.apply_async(countdown=delay, retry=False)
    except Exception as error:
        # The clock rings as well.
        logger.warning("audit.silent", extra={"error": str(error)})
