"""Write down, in the decision's own transaction, what each other Party is to learn of it."""

from __future__ import annotations

from collections.abc import Iterable

from cordillera import clock
from cordillera.doorbell import ring

from .models import OutboxRow, Record


def post(record: Record, verb: str, recipients: Iterable[str]) -> None:
    """One row per recipient Party; the doorbell rings for each after commit."""
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
            named=list(record.named) if record.tlp == "RED" else None,
            created_at=clock.now(),
        )
        for recipient in wanted
    )
    for recipient in wanted:
        ring("desk.arrive", recipient)
