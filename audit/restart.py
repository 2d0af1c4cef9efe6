"""Begin another tree after an old backup had to be put back.

The witnesses have co-signed entries that are lost, and so refuse the log for ever. Honest is only
to say so: a log with another name and other keys, whose first entries are those that are left and
then the reason. Runs as the database's owner; every node must be given the new keys, so nobody does
this unnoticed.
"""

from __future__ import annotations

import re
from pathlib import Path

from django.db import ProgrammingError, connection

from . import keys, log, sequencer, tree
from .database import SEQUENCER, try_lock, whole_log
from .errors import LogError
from .export import export
from .models import Entry
from .note import VerifierKey

_AGAIN = """
    INSERT INTO audit_pending (entry_id)
    SELECT e.id FROM audit_entry e LEFT JOIN audit_leaf l ON l.entry_id = e.id
    LEFT JOIN audit_pending p ON p.entry_id = e.id ORDER BY l.index NULLS LAST, p.line, e.at, e.id
"""
_EMPTY = "TRUNCATE audit_leaf, audit_block, audit_tile, audit_checkpoint, audit_cosignature"


def restart(folder: Path, *, because: str) -> list[VerifierKey]:
    """Export the log as it is, number its entries anew under another name; the new public keys.

    Raises LogError, also where the role is not the owner's.
    """
    if not because.strip():
        raise LogError("Say what happened to the log.")
    export(folder)
    with whole_log():
        if not try_lock(SEQUENCER):
            raise LogError("A sequencer is at work: stop the workers first.")
        before, size = keys.origin(), tree.size()
        parties = list(Entry.objects.order_by("party").values_list("party", flat=True).distinct())
        _empty()
        made = keys.rename(_next(before))
        for party in parties:
            detail = {"before": before, "size": size}
            log.write("audit:restart", actor=log.NodeOf(party), purpose=because, detail=detail)
    sequencer.sequence(at_once=True)
    return made


def _empty() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE audit_pending")
            cursor.execute("SELECT coalesce(max(line), 0) FROM audit_pending")
            [last] = cursor.fetchone()
            cursor.execute(_AGAIN)
            cursor.execute("DELETE FROM audit_pending WHERE line <= %s", [last])
            cursor.execute(_EMPTY)
    except ProgrammingError as error:
        raise LogError("Run this with the owner's DATABASE_URL, as migrations are run.") from error


def _next(origin: str) -> str:
    """As node.example/audit/2 after node.example/audit."""
    found = re.fullmatch(r"(.*)/(\d+)", origin)
    return f"{found[1]}/{int(found[2]) + 1}" if found else f"{origin}/2"
