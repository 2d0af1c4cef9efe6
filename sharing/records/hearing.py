"""Which rows of the outbox a Party hears of. An answer is news on the record that it answers: on a hub
another Party may have been brought that record, and have answered it, before this one is. Until then it
is kept back; should the record not come, that ends."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from cordillera import clock
from cordillera.access.identity import Identity

from .models import OutboxRow, Record

STANDS = (OutboxRow.RELEASED, OutboxRow.AMENDED, OutboxRow.EXPIRED)


def heard(rows: QuerySet[OutboxRow], identity: Identity) -> QuerySet[OutboxRow]:
    """These rows without the answers to what the Party was not brought: it has the record now, or had
    it when that was written, or has heard of the answer already."""
    told = OutboxRow.objects.filter(recipient=OuterRef("recipient"), pk__lt=OuterRef("pk"))
    last = told.filter(record_id=OuterRef("about_id")).order_by("-pk").values("verb")[:1]
    before = told.filter(record_id=OuterRef("record_id"), arrived_at__isnull=False)
    readable = Record.objects.visible_to(identity).filter(pk=OuterRef("about_id"))
    return rows.alias(about_then=Subquery(last)).filter(
        Q(about_id=None)
        | Q(sender=identity.party)
        | Exists(readable)
        | Q(about_then__in=STANDS)
        | Exists(before)
    )


def kept_back(node: Identity) -> QuerySet[OutboxRow]:
    """The answers to what `node`'s Party was not brought, and still may be."""
    answers = OutboxRow.objects.filter(recipient=node.party, about_id__isnull=False)
    waiting = answers.filter(arrived_at=None, ended_at=None)
    return waiting.exclude(pk__in=heard(waiting, node).values("pk"))


def end(rows: Collection[OutboxRow]) -> None:
    """What these answer is not to come to their recipient."""
    ending = OutboxRow.objects.filter(pk__in=[row.pk for row in rows], arrived_at=None)
    ending.update(ended_at=clock.now())


def begin_again(node: Identity, came: Iterable[OutboxRow]) -> None:
    """What these rows tell of came from elsewhere: answers to it that had ended arrive after all."""
    here = settings.HOSTED_PARTIES
    records = [row.record_id for row in came if row.sender not in here]
    if records and len(here) > 1:
        ended = OutboxRow.objects.filter(recipient=node.party, about_id__in=records)
        ended.exclude(ended_at=None).update(ended_at=None)


def begin_again_heard(node: Identity, *, since: datetime) -> None:
    """What these answer came while they were ended, and its arrival did not see that yet. Asked in a
    transaction after the one that ended them: what comes later still sees it."""
    ended = OutboxRow.objects.filter(
        recipient=node.party, about_id__isnull=False, arrived_at=None, ended_at__gte=since
    )
    heard(ended, node).update(ended_at=None)
