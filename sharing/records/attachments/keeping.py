"""Destroy files: their key and rows in the transaction that decides it, their bytes after commit.

Without its key a file cannot be read any more, by anybody: what a crash between the two leaves in
the storage is noise, and the sweep removes it.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from cordillera import clock
from cordillera.access.session import present

from ..models import Record, Version
from . import storage
from .models import Attachment, Chunk

logger = logging.getLogger(__name__)
GONE = (Attachment.REFUSED, Attachment.PURGED)


def destroy(found: Iterable[Attachment], state: str = Attachment.PURGED) -> int:
    """Wipe the keys and names of these files, and delete their chunks; how many."""
    wanted = list(found)
    ids = [one.pk for one in wanted]
    Chunk.objects.filter(attachment__in=ids).delete()
    for one in wanted:
        one.state, one.sealed_key, one.erased_at = state, None, None
        if state == Attachment.PURGED:
            one.name, one.detail, one.sha256, one.media_type = "", "", "", ""
        one.save()
    for pk in ids:
        transaction.on_commit(partial(_erase, pk))
    return len(wanted)


def _erase(file: UUID) -> None:
    try:
        storage.erase(file)
    except Exception as error:
        logger.warning("attachments: the bytes of %s wait for the sweep: %s", file, error)


def destroy_all(records: Iterable[Record]) -> dict[UUID, int]:
    """Destroy every file of these records; how many of each."""
    counted: dict[UUID, int] = {}
    held = Attachment.objects.filter(record__in=[record.pk for record in records])
    found = list(held.exclude(state=Attachment.PURGED))
    for one in found:
        counted[one.record_id] = counted.get(one.record_id, 0) + (one.state not in GONE)
    destroy(found)
    return counted


def destroy_unlisted(records: Iterable[Record]) -> dict[UUID, int]:
    """Destroy the files of these received records that no version lists which any Party here has."""
    wanted = {record.pk: record for record in records}
    held = Attachment.objects.filter(record__in=wanted).exclude(state=Attachment.PURGED)
    numbers = list(
        Version.objects.filter(record__in=wanted)
        .exclude(brought_to=[])
        .values_list("record_id", "number")
    )
    gone = [
        file
        for file in held
        if not any(
            pk == file.record_id and file.since <= number and number < (file.until or number + 1)
            for pk, number in numbers
        )
    ]
    counted = Counter(file.record_id for file in gone if file.state not in GONE)
    destroy(gone)
    return dict(counted)


def count(sender: Any, records: Sequence[Record], **kwargs: Any) -> dict[UUID, dict[str, int]]:
    """Receiver of records.withdrawing.purging."""
    return {pk: {"attachments": number} for pk, number in destroy_all(records).items()}


def give_up(record: Record, version: Version) -> None:
    """This version will not be: what came with it goes, what it left out stays."""
    destroy(record.attachments.filter(since=version.number).exclude(state=Attachment.PURGED))
    record.attachments.filter(until=version.number).update(until=None)


def sweep() -> int:
    """Erase the bytes of destroyed files that are not known to be gone; how many files. The caller
    acts as the node of a Party, for its own records or those of one sender."""
    acting = present()
    whose = acting.sender or acting.party if acting else ""
    waiting = Attachment.objects.filter(state__in=GONE, erased_at=None, record__originator=whose)
    found = list(waiting.select_for_update(skip_locked=True, of=("self",))[:200])
    for one in found:
        storage.erase(one.pk)
        one.erased_at = clock.now()
        one.save(update_fields=["erased_at"])
    return len(found)
