"""Saved searches in the background."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from celery import shared_task

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties.queries import hosted
from sharing.records.models import Record

from . import saved
from .models import Match

#: Daily digests go out in the hour that begins at this local time of the Party.
DIGEST_HOUR = 7


@shared_task(name="search.match", ignore_result=True)
def match(party: str, record_id: str) -> None:
    """A record arrived at `party`: tell whom it concerns. Repeating it tells nobody twice."""
    with acting_as(Identity.of_node(party)):
        record = Record.objects.filter(pk=record_id).first()
        if record is not None:
            saved.match(party, record)


@shared_task(name="search.digests", ignore_result=True)
def digests() -> None:
    """Every quarter of an hour: the Parties where it is the digest's hour, and what is overdue."""
    for party in hosted():
        hour = int(party.settings.get("digest_hour", DIGEST_HOUR))
        with acting_as(Identity.of_node(party.code)):
            overdue = Match.objects.filter(told_at=None, at__lt=clock.now() - timedelta(days=1))
            if clock.now().astimezone(ZoneInfo(party.time_zone)).hour == hour or overdue.exists():
                saved.send_digests(party.code)
