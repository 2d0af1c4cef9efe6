"""Reads of retention, each starting from what the identity may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from cordillera import clock
from cordillera.access.decide import permits
from cordillera.access.identity import AUDITOR, Identity
from cordillera.parties import preferences
from cordillera.parties.models import Party
from sharing.desk.deadlines import USED
from sharing.records import lifecycle
from sharing.records.models import Record

from ..models import Deletion, Falling, Hold
from .falling import SPANS, WEEK, by, with_due, within

AHEAD = (*USED, lifecycle.EXPIRED, lifecycle.RECALLED)


def is_auditor(identity: Identity) -> bool:
    return AUDITOR in identity.roles


def coming(identity: Identity, *, own: bool = True) -> Any:
    """What is not locked yet, with when it falls due: for auditors without a word of content, for
    supervisors the records that they may open. `own`: the Party's own, or those it was sent."""
    found = with_due(_seen(identity)).filter(due_on__isnull=False)
    ours = Q(originator=identity.party)
    found = found.filter(ours, state__in=AHEAD) if own else found.exclude(ours)
    return found.order_by("due_on", "reference")


def _seen(identity: Identity) -> Any:
    if is_auditor(identity):
        return Falling.objects.all()
    seen = Record.objects.visible_to(identity).filter(about=None, reference__isnull=False)
    return seen.select_related("current", "pending")


def counts(identity: Identity, *, own: bool = True) -> dict[str, int]:
    """How many fall due in each span."""
    spans = {span: Count("pk", filter=within(span)) for span in SPANS}
    last = clock.today() + timedelta(days=max(days for _first, days in SPANS.values()))
    return dict(coming(identity, own=own).filter(by(last)).order_by().aggregate(**spans))


def locked(identity: Identity) -> Any:
    """The own Party's locked records, for auditors; the next to be deleted first."""
    if not is_auditor(identity):
        return Falling.objects.none()
    found = with_due(Falling.objects.filter(originator=identity.party, state=lifecycle.LOCKED))
    return found.order_by("due_on", "reference")


def locked_one(identity: Identity, pk: UUID) -> Any:
    found = locked(identity).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def holds(identity: Identity) -> QuerySet[Hold]:
    """What is held back now; the next to be looked at first."""
    found: QuerySet[Hold] = Hold.objects.visible_to(identity).filter(party=identity.party)
    return found.filter(let_go_at=None).order_by("review_on")


def held(identity: Identity, records: Iterable[UUID]) -> dict[UUID, Hold]:
    return {hold.record_id: hold for hold in holds(identity).filter(record_id__in=list(records))}


def deletions(identity: Identity) -> QuerySet[Deletion]:
    found: QuerySet[Deletion] = Deletion.objects.visible_to(identity)
    return found.filter(party=identity.party).order_by("-deleted_at", "-pk")


def deletion(identity: Identity, pk: UUID) -> Deletion:
    found = deletions(identity).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def warned(party: str) -> timedelta:
    """How long before, the Party wants to be told."""
    return timedelta(days=preferences.of(Party.objects.get(code=party)).warning_days)


def waiting(identity: Identity) -> int:
    """What somebody has to act on: for auditors, what is deleted within the month and not held
    back, and holds whose day has come; for supervisors what is to be reviewed within the week."""
    if not permits(identity, "retention.read"):
        return 0
    if not is_auditor(identity):
        week = clock.today() + timedelta(days=SPANS[WEEK][1])
        return int(coming(identity).filter(by(week)).count())
    return soon(identity).count() + holds(identity).filter(review_on__lte=clock.today()).count()


def soon(identity: Identity, days: int = 30) -> Any:
    """Locked records that are deleted within so many days, without those that are held back."""
    last = clock.today() + timedelta(days=days)
    kept = Hold.objects.filter(party=identity.party, let_go_at=None).values("record_id")
    return locked(identity).filter(due_on__lte=last).exclude(pk__in=kept)
