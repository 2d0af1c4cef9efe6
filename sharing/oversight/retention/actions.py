"""Hold a locked record back from deletion, and let it go again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import log
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity

from ..models import Hold
from . import queries

LONGEST = 2000
#: At the latest after so long an auditor looks at it again.
FURTHEST = timedelta(days=366)


class NotNow(Exception):
    """It is held back already, or no more."""


@transaction.atomic
def hold(*, by: Identity, record: UUID, reason: str, review_on: date | None) -> Hold:
    """Keep a locked record of the own Party from being deleted. Raises ValidationError with its
    fields, NotNow where it is held back already, Http404 where it is not locked."""
    require(by, "retention.keep")
    found = queries.locked_one(by, record)
    if wrong := _wrong(reason, "reason") | _wrong_day(review_on):
        raise ValidationError(wrong)
    if queries.holds(by).filter(record_id=record).exists():
        raise NotNow
    try:
        with transaction.atomic():
            made = Hold.objects.create(
                party_id=by.party,
                record_id=record,
                reference=found.reference,
                kind=found.kind,
                reason=reason.strip(),
                review_on=review_on or clock.today(),
                held_at=clock.now(),
                held_by=by.own,
                held_by_name=by.name,
            )
    except IntegrityError as error:
        queries.locked_one(by, record)  # Http404 where it was deleted meanwhile
        raise NotNow from error
    detail = {"reference": found.reference, "review_on": made.review_on.isoformat()}
    log.write("retention:hold", actor=by, about=record, detail=detail, purpose=reason.strip())
    return made


@transaction.atomic
def let_go(*, by: Identity, record: UUID, reason: str) -> Hold:
    """It is deleted when its time comes, as others are. Raises ValidationError, NotNow."""
    require(by, "retention.keep")
    found = queries.holds(by).select_for_update().filter(record_id=record).first()
    if found is None:
        raise NotNow
    if wrong := _wrong(reason, "reason"):
        raise ValidationError(wrong)
    found.let_go_at, found.let_go_by, found.let_go_by_name = clock.now(), by.own, by.name
    found.let_go_because = reason.strip()
    found.save()
    detail = {"reference": found.reference}
    log.write("retention:let-go", actor=by, about=record, detail=detail, purpose=reason.strip())
    return found


def _wrong(text: str, name: str) -> dict[str, Any]:
    if not text.strip():
        return {name: _("Say why, in a sentence.")}
    if len(text) > LONGEST:
        return {name: _("At most %(most)s characters.") % {"most": LONGEST}}
    return {}


def _wrong_day(day: date | None) -> dict[str, Any]:
    if day is None:
        return {"review_on": _("Choose a day.")}
    if not clock.today() < day <= clock.today() + FURTHEST:
        return {"review_on": _("Choose a day that is still to come, within a year.")}
    return {}
