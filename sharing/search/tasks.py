"""Saved searches in the background."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from celery import shared_task

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties import preferences
from cordillera.parties.queries import hosted
from sharing.records.models import Record

from . import saved


@shared_task(name="search.match", ignore_result=True)
def match(party: str, record_id: str) -> None:
    """A record arrived at `party`: tell whom it concerns. Repeating it tells nobody twice."""
    with acting_as(Identity.of_node(party)):
        record = Record.objects.filter(pk=record_id).first()
        if record is not None:
            saved.match(party, record)


@shared_task(name="search.digests", ignore_result=True)
def digests() -> None:
    """Every quarter of an hour: the Parties where it is the digest's hour by their own clock, and
    what is overdue."""
    for party in hosted():
        hour = preferences.of(party).digest_hour
        with acting_as(Identity.of_node(party.code)):
            waiting = saved.waiting_for_digest(party.code)
            overdue = waiting.filter(at__lt=clock.now() - timedelta(days=1))
            if clock.now().astimezone(ZoneInfo(party.time_zone)).hour == hour or overdue.exists():
                saved.send_digests(party.code)
