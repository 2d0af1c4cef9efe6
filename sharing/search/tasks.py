"""Saved searches in the background."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from celery import shared_task

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties import preferences
from cordillera.parties.models import Party
from cordillera.parties.queries import hosted
from cordillera.parties.turns import in_turn
from sharing.records.models import Record

from . import saved
from .models import Unmatched

#: How many one sweep takes; the next one goes on.
MOST = 500


@shared_task(name="search.match", ignore_result=True)
def match(party: str, record_id: str) -> None:
    """A record arrived at `party`: tell whom it concerns. Repeating it tells nobody twice."""
    with acting_as(Identity.of_node(party)):
        # First, so that a change of the record that arrives meanwhile waits, and is matched too.
        Unmatched.objects.filter(party=party, record=UUID(record_id)).delete()
        record = Record.objects.filter(pk=record_id).first()
        if record is not None:
            saved.match(party, record)


@shared_task(name="search.sweep", ignore_result=True)
def sweep() -> None:
    """Find what no ring announced."""
    in_turn(_match_waiting, hosted())


def _match_waiting(party: Party) -> None:
    """A record that cannot be matched does not hold up those behind it."""
    with acting_as(Identity.of_node(party.code)):
        waiting = Unmatched.objects.filter(party=party).order_by("pk")[:MOST]
        found = list(waiting.values_list("record", flat=True))
    in_turn(lambda pk: match(party.code, str(pk)), found)


@shared_task(name="search.digests", ignore_result=True)
def digests() -> None:
    """Every quarter of an hour: the Parties where it is the digest's hour by their own clock, and
    what is overdue."""
    in_turn(_send_digests, hosted())


def _send_digests(party: Party) -> None:
    hour = preferences.of(party).digest_hour
    with acting_as(Identity.of_node(party.code)):
        waiting = saved.waiting_for_digest(party.code)
        overdue = waiting.filter(at__lt=clock.now() - timedelta(days=1))
        if clock.now().astimezone(ZoneInfo(party.time_zone)).hour == hour or overdue.exists():
            saved.send_digests(party.code)
