"""By the clock: what was not drawn is counted and removed, what is overdue is told, what is too old
goes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import connection

from audit import log
from cordillera import clock
from cordillera.access.identity import ADMINISTRATOR, AUDITOR, Identity
from cordillera.access.session import acting_as
from cordillera.parties.models import Officer
from sharing.desk.notifying import Notice, notify

from ..ledger.keeping import oldest_kept
from ..models import SearchReview
from . import queries

#: One statement, so that each is counted exactly once.
COUNT = """
    WITH gone AS (
        DELETE FROM oversight_searchreview WHERE party = %s AND drawn = '' RETURNING party, at
    )
    INSERT INTO oversight_searchcount AS held (party, month, searches)
    SELECT party, date_trunc('month', at AT TIME ZONE 'UTC')::date, count(*) FROM gone GROUP BY 1, 2
    ON CONFLICT (party, month) DO UPDATE SET searches = held.searches + EXCLUDED.searches
"""


def run(party: str) -> None:
    forget_undrawn(party)
    escalate(party)
    sweep(party)


def forget_undrawn(party: str) -> None:
    """Of searches that were not drawn, their number stays."""
    with acting_as(Identity.of_node(party)), connection.cursor() as cursor:
        cursor.execute(COUNT, [party])


def escalate(party: str) -> int:
    """Tell all auditors of the Party once of each overdue review, and its administrators that their
    auditors are behind: they keep the accounts and can name another auditor. Supervisors are not
    told, for their officers, and they, are who is reviewed. Once a day: what falls overdue after
    that is told, and counted, the next day."""
    node = Identity.of_node(party)
    with acting_as(node):
        late = SearchReview.objects.filter(
            queries.OPEN, party=party, at__lt=queries.due_before(), escalated_at=None
        ).exclude(drawn="")
        ids = list(late.select_for_update(skip_locked=True).values_list("pk", flat=True))
        if not ids or _told_today(party):
            return 0
        now = clock.now()
        SearchReview.objects.filter(pk__in=ids).update(escalated_at=now)
        log.write("review:overdue", actor=node, detail={"reviews": len(ids)})
        # Whom, how many: never who searched, nor what for.
        notify(
            party,
            [
                _notice("search_review", AUDITOR, party, now.date(), len(ids)),
                _notice("search_late", ADMINISTRATOR, party, now.date(), len(ids)),
            ],
        )
    return len(ids)


def _told_today(party: str) -> bool:
    """The day is that of the notices' keys."""
    begins = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return SearchReview.objects.filter(party=party, escalated_at__gte=begins).exists()


def _notice(topic: str, role: str, party: str, day: date, number: int) -> Notice:
    key = f"{topic}:{day.isoformat()}"
    return Notice(topic, key, tuple(_who(party, role)), detail=str(number))


def _who(party: str, role: str) -> list[UUID]:
    found = Officer.objects.filter(
        party=party, is_active=True, is_system=False, roles__contains=[role]
    )
    return list(found.values_list("pk", flat=True))


def sweep(party: str) -> int:
    """Reviews are kept as long as the ledger's lines."""
    node = Identity.of_node(party)
    with acting_as(node):
        gone, _by = SearchReview.objects.filter(party=party, at__lt=oldest_kept()).delete()
        if gone:
            log.write("review:sweep", actor=node, detail={"reviews": gone})
    return gone
