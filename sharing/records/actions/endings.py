"""What time does to a record: it expires, is locked, and in the end deleted. Run by the node.

The rooms above hear of a deletion by two signals: `sparing` asks them beforehand which records must
stay, `deleted` tells them in its transaction what went, by which rule, and which entry says so.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.dispatch import Signal

from cordillera import clock
from cordillera.access.identity import Identity

from .. import lifecycle, outbox, withdrawing
from ..models import Decision, OutboxRow, Record, Version
from ..projection import forget
from .amendment import drop_amendment
from .drafts import forget_reasons
from .release import close
from .steps import locked, note

#: Sent with `records`, the ids of what is due; each receiver returns those that are held back.
sparing = Signal()
#: Sent with `record`, `rule`, `removed` (how many of what) and `entry` (the log's).
deleted = Signal()


@transaction.atomic
def expire(*, record: Record, by: Identity) -> Record:
    """Its expiry date has passed: still readable, no longer in use."""
    record = locked(record, "record.end", by)
    record.state = lifecycle.after("expire", record.state)
    end_amendment(record, by)
    record.updated_at = clock.now()
    record.save()
    outbox.post(record, OutboxRow.EXPIRED, record.audience)
    note("record:expire", record, by)
    return record


@transaction.atomic
def lock(*, record: Record, by: Identity) -> Record:
    """Nobody reviewed it in time, or it expired a month ago: only auditors still see it."""
    record = locked(record, "record.end", by)
    was_seen = record.state in lifecycle.IN_FORCE
    record.state = lifecycle.after("lock", record.state)
    end_amendment(record, by)
    record.locked_at = record.updated_at = clock.now()
    record.save()
    if was_seen:
        outbox.post(record, OutboxRow.RECALLED, record.audience)
    note("record:lock", record, by)
    return record


def end_amendment(record: Record, by: Identity) -> None:
    """An open amendment or proposal ends with the version that it was about."""
    if decision := record.decisions.select_for_update().filter(outcome="").first():
        close(decision, Decision.WITHDRAWN, by, "")
    if record.pending:
        drop_amendment(record, record.pending)


def spared(records: Collection[UUID]) -> set[UUID]:
    """Those of these records that somebody holds back from deletion."""
    answers: Any = sparing.send(sender=Record, records=records) if records else []
    return {pk for _, found in answers for pk in found}


def rule(record: Record) -> str:
    """Why a locked record was locked."""
    if record.recalled_at:
        return "recalled"
    day = record.locked_at.date() if record.locked_at else clock.today()
    return "expired" if record.expires_on and record.expires_on < day else "unreviewed"


@transaction.atomic
def purge(*, record: Record, by: Identity) -> Record:
    """Remove what a locked record said, for good; its reference and dates stay as a gravestone.
    Nothing happens to one that is held back: NotNow."""
    record = locked(record, "record.end", by)
    state = lifecycle.after("delete", record.state)
    if spared([record.pk]):
        raise lifecycle.NotNow("delete", record.state)
    why = rule(record)
    removed = withdrawing.remove_beside([record])[record.pk]
    record.state = state
    forget([record])
    record.updated_at = clock.now()
    record.save()
    for version in record.versions.all():
        version.body, version.handling, version.jws = {}, {}, withdrawing.PURGED_TEXT
        version.state = (
            Version.DISCARDED if version.state == Version.DISCARDED else Version.SUPERSEDED
        )
        version.save(update_fields=["body", "handling", "jws", "state"])
    forget_reasons(record)
    entry = note(
        "record:delete",
        record,
        by,
        rule=why,
        days_locked=settings.RETENTION_LOCKED_DAYS,
        removed=removed,
    )
    deleted.send(sender=Record, record=record, rule=why, removed=removed, entry=entry)
    return record
