"""How much of one originator's files may lie here, so that nobody fills the disk of all.

A file counts with its whole size from its first chunk on, until it is destroyed with its record. One that
finds no room waits, and is looked at again: the record is there without it. The caller acts as
`Identity.of_node(party, sender=originator)`.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, Sum

from .models import Attachment, Chunk

#: Why a file waits that finds no room; the protocol's word.
OVER_QUOTA = "over-quota"
#: So often such a file is looked at again, in seconds.
PAUSE = 300
_WHOLE = (Attachment.QUARANTINED, Attachment.READY)


def has_room_for(file: Attachment, originator: str) -> bool:
    """Whether its bytes may come; nobody else is told so until the present transaction ends."""
    with connection.cursor() as cursor:
        words = f"attachments from {originator}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [words])
    begun = Q(state=Attachment.ARRIVING) & Exists(Chunk.objects.filter(attachment=OuterRef("pk")))
    others = Attachment.objects.filter(record__originator=originator).exclude(pk=file.pk)
    used = others.filter(Q(state__in=_WHOLE) | begun).aggregate(used=Sum("size"))["used"] or 0
    return bool(used + file.size <= settings.ATTACHMENT_ORIGINATOR_BYTES)
