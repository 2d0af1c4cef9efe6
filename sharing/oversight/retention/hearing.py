"""What oversight hears from below: which records must stay, and what was deleted.

A hold is held by the database too: it refuses to delete what is held back, whoever asks.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.conf import settings

from cordillera import clock
from sharing.records.actions import endings
from sharing.records.models import Record

from ..models import Deletion, Hold


def listen() -> None:
    """Called once, when the application is ready."""
    endings.sparing.connect(kept_back, dispatch_uid="oversight.holds")
    endings.deleted.connect(written_down, dispatch_uid="oversight.deletions")


def kept_back(sender: Any, records: Collection[UUID], **kwargs: Any) -> set[UUID]:
    found = Hold.objects.filter(record_id__in=list(records), let_go_at=None)
    return set(found.values_list("record_id", flat=True))


def written_down(
    sender: Any, record: Record, rule: str, removed: dict[str, int], entry: UUID, **kwargs: Any
) -> None:
    """The certificate, in the deletion's own transaction."""
    Deletion.objects.create(
        party_id=record.originator_id,
        record_id=record.pk,
        reference=record.reference or "",
        kind=record.kind,
        rule=rule,
        released_at=record.released_at,
        locked_at=record.locked_at,
        deleted_at=clock.now(),
        days_locked=settings.RETENTION_LOCKED_DAYS,
        removed=removed,
        entry=entry,
    )
