"""What the ledger does not keep for ever: lines after the years that are set, with an entry."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from audit import log
from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as

from ..models import Disclosure
from . import totals

MOST = 5000


def oldest_kept() -> datetime:
    """The years are counted by the calendar; a leap day's line is kept a day longer."""
    now = clock.now()
    year = now.year - settings.LEDGER_YEARS
    return now.replace(year=year, day=28 if (now.month, now.day) == (2, 29) else now.day)


def sweep(party: str) -> int:
    """Delete what is older; how many lines. The next sweep goes on where there are many."""
    node = Identity.of_node(party)
    with acting_as(node):
        before = oldest_kept()
        old = Disclosure.objects.filter(party=party, at__lt=before, written_at__lt=before)
        ids = list(old.order_by("at").values_list("pk", flat=True)[:MOST])
        if not ids:
            return 0
        Disclosure.objects.filter(pk__in=ids).delete()
        totals.forget(party)
        log.write(
            "ledger:sweep",
            actor=node,
            detail={"lines": len(ids), "before": before.date().isoformat()},
        )
    return len(ids)
