"""Write down, in the decision's own transaction, what each other Party is to learn of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.dispatch import Signal

from cordillera import bulk, clock
from cordillera.doorbell import ring

from .models import OutboxRow, Record, Version

#: Sent in the decision's transaction with `record`, `verb`, `recipients` (other Parties) and the
#: `version` that they get, or that is taken from them.
posted = Signal()


def post(record: Record, verb: str, recipients: Iterable[str], read: Version | None = None) -> None:
    """One row per recipient Party; the doorbell rings for each after commit. `read` is the version
    whose readers are told, where it is not the one that the record projects."""
    whose = read or record
    wanted = sorted(set(recipients) - {record.originator_id})
    OutboxRow.objects.bulk_create(
        OutboxRow(
            record_id=record.pk,
            version_id=record.current_id,
            kind=record.kind,
            about_id=record.about_id,
            verb=verb,
            sender=record.originator_id,
            recipient=recipient,
            named=list(whose.named) if whose.tlp == "RED" else None,
            created_at=clock.now(),
        )
        for recipient in wanted
    )
    if wanted:
        version = read or record.current
        posted.send(Record, record=record, verb=verb, recipients=wanted, version=version)
    for recipient in wanted:
        if recipient in settings.HOSTED_PARTIES:
            ring("desk.arrive", recipient)
        else:
            ring("exchange.drain", record.originator_id, recipient)


def pass_on(news: Sequence[tuple[Record, str]], recipient: str) -> None:
    """What came from a remote originator, for the desk of `recipient`, who is hosted here."""
    now = clock.now()
    rows = [
        {
            "record_id": record.pk,
            "version_id": record.current_id,
            "kind": record.kind,
            "about_id": record.about_id,
            "verb": verb,
            "sender": record.originator_id,
            "recipient": recipient,
            "named": list(record.named) if record.tlp == "RED" else None,
            "created_at": now,
        }
        for record, verb in news
    ]
    if rows:
        bulk.insert_rows(OutboxRow._meta.db_table, list(rows[0]), rows)
        ring("desk.arrive", recipient)
