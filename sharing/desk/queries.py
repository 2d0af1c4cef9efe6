"""Reads of the desk. They write nothing; every one starts from what the identity may see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from cordillera import clock
from cordillera.access.identity import Identity
from sharing.records import lifecycle

from .models import REFERRED, SNOOZED, InboxItem, Notification, Reach


def items(identity: Identity) -> Any:
    """The identity's inbox, newest first. `record` is None where it was recalled."""
    seen = InboxItem.objects.visible_to(identity)
    return seen.select_related("record", "unit", "assignee").order_by("-news_at", "-id")


def item(identity: Identity, pk: UUID) -> InboxItem:
    found: InboxItem | None = items(identity).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def mine(identity: Identity, unit_id: int | None) -> Q:
    """What was referred to this officer, or to his unit and to nobody in it by name."""
    found = Q(assignee=identity.account)
    if unit_id is not None:
        found |= Q(unit=unit_id, assignee=None)
    return Q(outcome=REFERRED) & found


def given_to(identity: Identity) -> Q:
    """A filter of the records that this officer was given to deal with, or has dealt with."""
    items = InboxItem.objects.visible_to(identity).filter(
        Q(assignee=identity.account) | Q(outcome_by=identity.account)
    )
    return Q(pk__in=items.values("record"))


def is_open() -> Q:
    return Q(outcome="") | Q(outcome=SNOOZED, snoozed_until__lte=clock.now())


def unacknowledged() -> Q:
    """What another Party released, is in use still, and the own one has not acknowledged."""
    return Q(
        acknowledged_at=None,
        verb__in=(InboxItem.RELEASED, InboxItem.AMENDED, InboxItem.CORRECTED),
        record__state__in=(lifecycle.RELEASED, lifecycle.AMENDED),
    )


def counts(identity: Identity, unit_id: int | None) -> dict[str, int]:
    """How many items are open, mine and snoozed, in one query."""
    # Only these can count, and the index finds them among all that was ever decided.
    waiting = InboxItem.objects.visible_to(identity).filter(outcome__in=("", SNOOZED, REFERRED))
    return dict(
        waiting.aggregate(
            open=Count("pk", filter=is_open()),
            mine=Count("pk", filter=mine(identity, unit_id)),
            snoozed=Count("pk", filter=Q(outcome=SNOOZED) & ~is_open()),
        )
    )


def waiting(identity: Identity) -> int:
    """How many items wait for an outcome: the navigation's count."""
    return int(InboxItem.objects.visible_to(identity).open().count()) if identity.reads else 0


def waiting_at(identity: Identity, port: str) -> int:
    """How many of them name this port."""
    found = InboxItem.objects.visible_to(identity).open().filter(places__contains=[port])
    return int(found.count())


def notifications(identity: Identity) -> QuerySet[Notification]:
    """The officer's own, newest first. `record` is None where he does not see it any more."""
    return (
        Notification.objects.filter(party_id=identity.party, officer_id=identity.own)
        .select_related("record")
        .order_by("-created_at", "-id")
    )


def unread(identity: Identity) -> int:
    if identity.account is None:
        return 0
    return Notification.objects.filter(officer_id=identity.own, read_at=None).count()


def unread_records(identity: Identity, records: list[UUID]) -> set[UUID]:
    """Of these records, those about which the officer has an unread notification."""
    found = Notification.objects.filter(officer_id=identity.own, read_at=None, record__in=records)
    return set(found.values_list("record", flat=True))


def reach(identity: Identity) -> str:
    """Of which arrivals the officer wants to be notified."""
    chosen = Reach.objects.filter(officer_id=identity.own).first()
    return chosen.reach if chosen else Reach.PORT
