"""What time will do next to a record, and when: the same terms by which desk/deadlines.py does it.

Both the auditors' view (Falling) and records as officers see them (Record) have the columns.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, DateField, DateTimeField, F, Q, Value, When
from django.db.models import ExpressionWrapper as Sum
from django.db.models.functions import Cast, Least
from django.utils.translation import gettext_lazy as _

from cordillera import clock
from sharing.desk import deadlines
from sharing.records import lifecycle

REVIEW, EXPIRY, LOCK, DELETION = "review", "expiry", "lock", "deletion"
#: What happens then, and in which colour it stands.
STEPS = {
    REVIEW: (_("reviewed, or it is locked"), "blue"),
    EXPIRY: (_("expires"), "violet"),
    LOCK: (_("locked"), "amber"),
    DELETION: (_("deleted"), "red"),
}
OVERDUE, WEEK, MONTH, QUARTER = "overdue", "week", "month", "quarter"
#: span -> from how many days from today on, to how many; None: no bound.
SPANS: dict[str, tuple[int | None, int]] = {
    OVERDUE: (None, -1),
    WEEK: (0, 7),
    MONTH: (8, 30),
    QUARTER: (31, 91),
}


def with_due(records: Any) -> Any:
    """Annotate `due_on` and `step`; both null where nothing comes any more."""
    used = Q(state__in=deadlines.USED)
    reviewed = used & Q(review_on__isnull=False)
    reviewed &= Q(expires_on=None) | Q(review_on__lte=F("expires_on"))
    expired, recalled = Q(state=lifecycle.EXPIRED), Q(state=lifecycle.RECALLED)
    locked, day = Q(state=lifecycle.LOCKED), DateField()
    return records.annotate(
        due_on=Case(
            When(used, then=Least("review_on", "expires_on")),
            When(expired, then=_later("expires_on", deadlines.lock_after())),
            When(recalled, then=_later("recalled_at", deadlines.lock_after())),
            When(locked, then=_later("locked_at", deadlines.delete_after())),
            default=Value(None),
            output_field=day,
        ),
        step=Case(
            When(reviewed, then=Value(REVIEW)),
            When(used, then=Value(EXPIRY)),
            When(expired | recalled, then=Value(LOCK)),
            When(locked, then=Value(DELETION)),
            default=Value(""),
            output_field=CharField(),
        ),
    )


def _later(column: str, term: timedelta) -> Any:
    return Cast(Sum(F(column) + Value(term), output_field=DateTimeField()), DateField())


def by(day: date) -> Q:
    """What falls due on `day` or before. A date that comes later than that is not looked at: the
    columns' own indexes leave it out, and not one calculation for each record."""
    ended = Q(state__in=(lifecycle.EXPIRED, lifecycle.RECALLED, lifecycle.LOCKED))
    return Q(due_on__lte=day) & (Q(review_on__lte=day) | Q(expires_on__lte=day) | ended)


def within(span: str, today: date | None = None) -> Q:
    """What falls due in `span`."""
    now, (first, last) = today or clock.today(), SPANS[span]
    found = by(now + timedelta(days=last))
    return found if first is None else found & Q(due_on__gte=now + timedelta(days=first))
