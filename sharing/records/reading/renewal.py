"""Renewals: amendments of the two dates alone, told apart from other amendments."""

from __future__ import annotations

from datetime import date

from cordillera import clock

from .. import handling, kinds
from ..models import Decision, Record

DATES = ("review_on", "expires_on")


def renews(decision: Decision) -> bool:
    """Whether the open proposal changes the review and expiry dates and nothing else."""
    current = decision.record.current
    if decision.verb != Decision.AMEND or current is None or decision.version_id == current.pk:
        return False
    old, new = (
        {name: value for name, value in version.handling.items() if name not in DATES}
        for version in (current, decision.version)
    )
    return bool(old == new and current.body == decision.version.body)


def proposed_dates(record: Record) -> dict[str, date]:
    """The dates that the form begins with: as long as a new record of the kind gets, from today."""
    kind, today = kinds.get(record.kind), clock.today()
    review = handling.months_after(today, kind.review_months)
    expiry = handling.months_after(today, kind.expiry_months)
    return {
        "review_on": max(review, record.review_on or review),
        "expires_on": max(expiry, record.expires_on or expiry),
    }
