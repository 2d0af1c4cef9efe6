"""Tell a Party's auditors that something of theirs is deleted soon, or is to be looked at again.

Once a week for deletions, however many there are: the page lists them. Authors and supervisors are
warned of reviews and expiries by desk/deadlines.py.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Min

from cordillera import clock
from cordillera.access.identity import AUDITOR, Identity
from cordillera.access.session import acting_as
from cordillera.parties.models import Officer
from sharing.desk.notifying import Notice, notify
from sharing.records import lifecycle

from ..models import Falling, Hold
from . import queries
from .falling import with_due


def run(party: str) -> int:
    """Notify `party`'s auditors; how many notifications were new."""
    with acting_as(Identity.of_node(party)):
        auditors = _auditors(party)
        return notify(party, [*_deletions(party, auditors), *_holds(party, auditors)])


def _auditors(party: str) -> tuple[UUID, ...]:
    found = Officer.objects.filter(
        party=party, is_active=True, is_system=False, roles__contains=[AUDITOR]
    )
    return tuple(found.values_list("pk", flat=True))


def _deletions(party: str, auditors: tuple[UUID, ...]) -> list[Notice]:
    kept = Hold.objects.filter(party=party, let_go_at=None).values("record_id")
    locked = Falling.objects.filter(originator=party, state=lifecycle.LOCKED)
    coming = with_due(locked).filter(due_on__lte=clock.today() + queries.warned(party))
    first = coming.exclude(pk__in=kept).aggregate(first=Min("due_on"))["first"]
    if first is None:
        return []
    year, week, _day = clock.today().isocalendar()
    return [Notice("deletion_due", f"deletion_due:{party}:{year}-{week}", auditors, due_on=first)]


def _holds(party: str, auditors: tuple[UUID, ...]) -> list[Notice]:
    due = Hold.objects.filter(party=party, let_go_at=None, review_on__lte=clock.today())
    return [
        Notice(
            "hold_due",
            f"hold_due:{hold.pk}:{hold.review_on}",
            auditors,
            reference=hold.reference,
            kind=hold.kind,
            due_on=hold.review_on,
        )
        for hold in due
    ]
