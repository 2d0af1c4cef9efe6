"""What an officer does with his own notifications."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from cordillera import clock, events
from cordillera.access.decide import require
from cordillera.access.identity import Identity
from sharing.records.problems import Invalid
from sharing.records.schema.problems import Problem

from ..models import Notification, Reach


@transaction.atomic
def mark_read(*, by: Identity, notifications: Sequence[UUID] | None = None) -> int:
    """Mark these, or all, of the officer's notifications as read; how many were new."""
    require(by, "notifications.read")
    mine = Notification.objects.filter(officer_id=by.own, read_at=None)
    if notifications is not None:
        mine = mine.filter(pk__in=notifications)
    read = mine.update(read_at=clock.now())
    if read:
        events.emit(by.party, "notifications", named=[by.own])
    return read


@transaction.atomic
def choose_reach(*, by: Identity, reach: str) -> Reach:
    """Choose of which arrivals one is notified. The inbox shows everything either way."""
    require(by, "inbox.read")
    if reach not in dict(Reach.CHOICES):
        raise Invalid([Problem("reach", "unknown", _("Choose one of the answers."))])
    chosen, _new = Reach.objects.update_or_create(
        officer_id=by.own, defaults={"reach": reach, "party_id": by.party}
    )
    log.write("notifications:choose", actor=by, detail={"reach": reach})
    return chosen
