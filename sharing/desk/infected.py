"""A file in which the scanner found harmful code: who is told.

At the originator's node who added it. At a recipient's node those whom the record concerns. The
administrators of the Party whose node scanned it, everywhere: harmful code came in over some
machine.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from cordillera.access.identity import ADMINISTRATOR
from cordillera.access.session import present
from cordillera.parties.models import Officer
from sharing.records.attachments.models import Attachment
from sharing.records.attachments.scanning import infected
from sharing.records.models import Record

from . import concerned
from .models import InboxItem
from .notifying import Notice, notify


def listen() -> None:
    """Called once, when the application is ready."""
    infected.connect(found, dispatch_uid="desk.infected")


def found(
    sender: Any, record: Record, file: Attachment, officer: UUID | None, **kwargs: Any
) -> None:
    """In the transaction that destroys the file, as the node of the Party that it came to."""
    node = present()
    if node is None:
        return
    about: dict[str, Any] = {
        "topic": "infected",
        "reference": record.reference or "",
        "kind": record.kind,
        "sender": record.originator_id,
        "detail": file.detail,
    }
    readers = _readers(node.party, record, officer)
    notices = [
        Notice(key=f"infected:{file.pk}", officers=tuple(readers), record_id=record.pk, **about)
    ]
    # An administrator reads no records: he learns of it without the record's title.
    others = tuple(_administrators(node.party))
    notices.append(Notice(key=f"infected:{file.pk}:node", officers=others, **about))
    notify(node.party, notices)


def _readers(party: str, record: Record, officer: UUID | None) -> list[UUID]:
    if record.originator_id == party:
        return [officer] if officer else []
    item = InboxItem.objects.filter(party_id=party, record=record.about_id or record.pk).first()
    return concerned.by_arrival(item, concerned.readers(party)) if item else []


def _administrators(party: str) -> list[UUID]:
    found = Officer.objects.filter(
        party_id=party, is_active=True, is_system=False, roles__contains=[ADMINISTRATOR]
    )
    return list(found.values_list("pk", flat=True))
