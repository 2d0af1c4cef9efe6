"""What arrived, in the background: its search documents, and the saved searches that it fits."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from celery import shared_task

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.doorbell import ring
from cordillera.parties import preferences
from cordillera.parties.models import Party
from cordillera.parties.queries import hosted
from cordillera.parties.turns import in_turn
from sharing.records.models import Record

from . import documents, saved
from .models import Unmatched

logger = logging.getLogger(__name__)
#: How many one sweep takes; the next one goes on.
MOST = 500


@shared_task(name="search.match", ignore_result=True)
def match(party: str) -> None:
    """Records arrived at `party`: have them found, and tell whom they concern. Repeating it tells
    nobody twice."""
    if match_waiting(party) == MOST:
        ring("search.match", party)


@shared_task(name="search.sweep", ignore_result=True)
def sweep() -> None:
    """Find what no ring announced."""
    in_turn(match_waiting, [party.code for party in hosted()])


def match_waiting(party: str) -> int:
    """Match what waits, some hundreds of records; how many waited. One that cannot be matched does
    not hold up the others."""
    with acting_as(Identity.of_node(party)):
        waiting = Unmatched.objects.filter(party=party).order_by("pk")[:MOST]
        found = list(waiting.values_list("record", flat=True))
    try:
        _match(party, found)
    except Exception:
        logger.warning("search.match: one by one for %s", party, exc_info=True)
        in_turn(lambda pk: _match(party, [pk]), found)
    return len(found)


def _match(party: str, wanted: list[UUID]) -> None:
    left = documents.draw_missing(party, wanted)
    found = [pk for pk in wanted if pk not in left]
    with acting_as(Identity.of_node(party)):
        # First, so that a change of a record that arrives meanwhile waits, and is matched too.
        Unmatched.objects.filter(party=party, record__in=found).delete()
        saved.match(party, Record.objects.filter(pk__in=found))


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
