"""Which rows of the outbox a Party hears of. An answer is news on the record that it answers: on a hub
another Party may have been brought that record, and have answered it, before this one is."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

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
