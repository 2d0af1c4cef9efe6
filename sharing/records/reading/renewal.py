"""Renewals: amendments of the two dates alone, told apart from other amendments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from cordillera import clock

from .. import handling, kinds
from ..models import Decision, Record, Version

DATES = ("review_on", "expires_on")


def renews(decision: Decision) -> bool:
    """Whether the open proposal changes the review and expiry dates and nothing else."""
    current = decision.record.current
    if decision.verb != Decision.AMEND or current is None or decision.version_id == current.pk:
        return False
    return same_but_for_dates(current, decision.version)


def same_but_for_dates(old: Version, new: Version) -> bool:
    """A purged version says nothing any more, so nothing is known of what changed in it."""
    before, after = (
        {name: value for name, value in version.handling.items() if name not in DATES}
        for version in (old, new)
    )
    said, says = (
        {name: value for name, value in version.body.items() if name != "correction"}
        for version in (old, new)
    )
    unchanged = said == says and "correction" not in new.body
    return bool(new.body) and before == after and unchanged


def renewed(versions: Iterable[Version]) -> set[UUID]:
    """Those of a record's versions that changed the dates of the one then in force, and nothing
    else, whatever has been decided about them since."""
    found, in_force = set(), None
    for version in sorted(versions, key=lambda one: one.number):
        if in_force is not None and same_but_for_dates(in_force, version):
            found.add(version.pk)
        if version.state in (Version.RELEASED, Version.SUPERSEDED):
            in_force = version
    return found


def proposed_dates(record: Record) -> dict[str, date]:
    """The dates that the form begins with: as long as a new record of the kind gets, from today."""
    kind, today = kinds.get(record.kind), clock.today()
    review = handling.months_after(today, kind.review_months)
    expiry = handling.months_after(today, kind.expiry_months)
    return {
        "review_on": max(review, record.review_on or review),
        "expires_on": max(expiry, record.expires_on or expiry),
    }
