"""Forget an entry's text where the law requires it; the tree stays provable (see text.py).

The application's database role may not change entries: this runs as the database's owner, from the
shell. That it was done, and why, is an entry of the same Party's log.
"""

from __future__ import annotations

from uuid import UUID

from django.db import ProgrammingError, connection, transaction

from . import blocks, log, stored
from .database import BLOCKS, wait_lock, whole_log
from .errors import LogError
from .models import Entry

_BLANK = """
    UPDATE audit_entry SET actor = '', actor_name = '', about = '', purpose = '', detail = '{}',
    salt = NULL, body_hash = %s, erased_at = now(), erased_because = %s WHERE id = %s
"""


def erase(entry: UUID, *, because: str) -> None:
    """Blank the entry's who, about, purpose and detail. Raises LogError."""
    if not because.strip():
        raise LogError("Say because of which law or order the text is erased.")
    with whole_log(), transaction.atomic():
        # A block that is being made has read the text already; `forget` must find it.
        wait_lock(BLOCKS)
        opened = stored.some([entry]).get(entry)
        if opened is None:
            raise LogError(f"The log has no entry {entry}.")
        if opened.body is None:
            raise LogError(f"The text of entry {entry} is erased already.")
        log.write(
            "entry:erase",
            actor=log.NodeOf(Entry.objects.get(pk=entry).party),
            about=entry,
            purpose=because,
        )
        try:
            with connection.cursor() as cursor:
                cursor.execute(_BLANK, [opened.hash, because[:300], entry])
        except ProgrammingError as error:
            raise LogError(
                "This database role may not erase. Run the command with the owner's DATABASE_URL, "
                "as migrations are run."
            ) from error
        blocks.forget(entry)
