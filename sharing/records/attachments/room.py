"""How much of one originator's files may lie here, so that nobody fills the disk of all.

A file counts with its whole size from when it may come, until it is destroyed with its record, or is put
off with nothing of it here. One that finds no room waits, and is looked at again: the record is there
without it. The caller acts as `Identity.of_node(party, sender=originator)`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from cordillera import clock

from .models import Attachment

#: Why a file waits that finds no room; the protocol's word.
OVER_QUOTA = "over-quota"
#: So often such a file is looked at again, in seconds.
PAUSE = 300


@dataclass(slots=True)
class Left:
    """The room that an originator had left when it was last summed up, in one pass over his files. What
    becomes free meanwhile is found by the next pass."""

    bytes: int | None = None


def admit(file: Attachment, originator: str, left: Left) -> bool:
    """Whether its bytes may come; it counts from now on. Until the present transaction ends nobody else
    is told so of a file of this originator's. What is larger than `left` is not summed up for anew."""
    if left.bytes is not None and file.size > left.bytes:
        return False
    with connection.cursor() as cursor:
        words = f"attachments from {originator}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [words])
        cursor.execute("SELECT records_room_taken()")
        left.bytes = settings.ATTACHMENT_ORIGINATOR_BYTES - cursor.fetchone()[0]
    if file.size > left.bytes:
        return False
    file.admitted_at = clock.now()
    file.save(update_fields=["admitted_at"])
    return True
