"""The desk's Celery tasks. Each may run at any time, twice, or not at all until the next sweep."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from cordillera.doorbell import ring
from cordillera.parties.turns import in_turn

from . import arrival, mail, reminders, retention
from . import deadlines as times


@shared_task(name="desk.arrive", ignore_result=True)
def arrive(party: str) -> None:
    """Rung after a release: take in what waits for `party`, if this node hosts it."""
    if party in settings.HOSTED_PARTIES:
        arrival.arrive(party)


@shared_task(name="desk.sweep", ignore_result=True)
def sweep() -> None:
    """Find what no ring announced, and who should get mail."""
    in_turn([_look, _ring_for_mail], settings.HOSTED_PARTIES)


@shared_task(name="desk.mail", ignore_result=True)
def send_mail(party: str) -> None:
    """Tell officers by e-mail that something waits. A task of its own: mail servers can be slow."""
    if party in settings.HOSTED_PARTIES:
        mail.send(party)


@shared_task(name="desk.deadlines", ignore_result=True)
def deadlines() -> None:
    """Every few minutes: expiry, locks, deletion, warnings, reminders, and mail not yet sent."""
    in_turn([times.run, reminders.run, mail.send, retention.run], settings.HOSTED_PARTIES)


def _look(party: str) -> None:
    arrival.arrive(party, wait=False)


def _ring_for_mail(party: str) -> None:
    if mail.is_due(party):
        ring("desk.mail", party)
