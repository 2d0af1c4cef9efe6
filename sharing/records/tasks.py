"""Celery tasks of records. Each may run at any time, twice, or not until the next sweep."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties import peers
from cordillera.parties.turns import in_turn

from .attachments import keeping, quota, scanning


@shared_task(name="records.scan", ignore_result=True)
def scan(party: str = "") -> None:
    """Rung when a file came whole, and by the clock."""
    in_turn(
        scanning.scan_all, [party] if party in settings.HOSTED_PARTIES else settings.HOSTED_PARTIES
    )


@shared_task(name="records.erase", ignore_result=True)
def erase() -> None:
    """By the clock: what is left of destroyed files in the storage."""
    in_turn(_erase, settings.HOSTED_PARTIES)


@shared_task(name="records.clear_uploads", ignore_result=True)
def clear_uploads() -> None:
    """By the clock: uploads that were begun and left."""
    in_turn(_clear, settings.HOSTED_PARTIES)


def _clear(party: str) -> None:
    with acting_as(Identity.of_node(party)):
        quota.clear(party)


def _erase(party: str) -> None:
    senders = [peer.party_id for peer in peers.enrolled()]
    for sender in ("", *senders):
        with acting_as(Identity.of_node(party, sender=sender)):
            keeping.sweep()
