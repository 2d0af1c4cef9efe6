"""What time does to a record: it expires, is locked, and in the end deleted. Run by the node."""

from __future__ import annotations

from django.db import transaction

from cordillera import clock
from cordillera.access.identity import Identity

from .. import lifecycle, outbox
from ..attachments import keeping
from ..models import Decision, OutboxRow, Record, Version
from ..projection import forget
from .amendment import drop_amendment
from .drafts import forget_reasons
from .release import close
from .steps import locked, note


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


@transaction.atomic
def purge(*, record: Record, by: Identity) -> Record:
    """Remove what a locked record said, for good; its reference and dates stay as a gravestone."""
    record = locked(record, "record.end", by)
    record.state = lifecycle.after("delete", record.state)
    keeping.destroy_all([record])
    forget([record])
    record.updated_at = clock.now()
    record.save()
    for version in record.versions.all():
        version.body, version.handling, version.jws = {}, {}, "purged"
        version.state = (
            Version.DISCARDED if version.state == Version.DISCARDED else Version.SUPERSEDED
        )
        version.save(update_fields=["body", "handling", "jws", "state"])
    forget_reasons(record)
    note("record:delete", record, by)
    return record
