"""The desk's Celery tasks. Each may run at any time, twice, or not at all until the next sweep."""

from __future__ import annotations

import logging
from collections.abc import Callable

from celery import shared_task
from django.conf import settings

from cordillera.doorbell import ring

from . import arrival, mail, reminders, retention
from . import deadlines as times

logger = logging.getLogger(__name__)


@shared_task(name="desk.arrive", ignore_result=True)
def arrive(party: str) -> None:
    """Rung after a release: take in what waits for `party`, if this node hosts it."""
    if party in settings.HOSTED_PARTIES:
        arrival.arrive(party)


@shared_task(name="desk.sweep", ignore_result=True)
def sweep() -> None:
    """Find what no ring announced, and who should get mail."""
    _for_each_party(lambda party: arrival.arrive(party, wait=False))
    _for_each_party(_ring_for_mail)


@shared_task(name="desk.mail", ignore_result=True)
def send_mail(party: str) -> None:
    """Tell officers by e-mail that something waits. A task of its own: mail servers can be slow."""
    if party in settings.HOSTED_PARTIES:
        mail.send(party)


@shared_task(name="desk.deadlines", ignore_result=True)
def deadlines() -> None:
    """Every few minutes: expiry, locks, deletion, warnings, reminders, and mail not yet sent."""
    for step in (times.run, reminders.run, mail.send, retention.run):
        _for_each_party(step)


def _ring_for_mail(party: str) -> None:
    if mail.is_due(party):
        ring("desk.mail", party)


def _for_each_party(step: Callable[[str], object]) -> None:
    """A Party's trouble is its own: it is logged, and the others get their turn."""
    for party in settings.HOSTED_PARTIES:
        try:
            step(party)
        except Exception:
            logger.exception("desk: %s for %s", getattr(step, "__module__", step), party)
