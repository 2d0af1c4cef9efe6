"""The desk's Celery tasks. Each may run at any time, twice, or not at all until the next sweep."""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings

from . import arrival

logger = logging.getLogger(__name__)


@shared_task(name="desk.arrive", ignore_result=True)
def arrive(party: str) -> None:
    """Rung after a release: take in what waits for `party`, if this node hosts it."""
    if party in settings.HOSTED_PARTIES:
        arrival.arrive(party)


@shared_task(name="desk.sweep", ignore_result=True)
def sweep() -> None:
    """Find what no ring announced."""
    for party in settings.HOSTED_PARTIES:
        arrival.arrive(party, wait=False)
