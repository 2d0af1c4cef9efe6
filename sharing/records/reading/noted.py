"""That somebody read: the one place where a reading of another Party's record is written down.

It goes into the log, with the name, for the reader's own Party; and it is counted, so that the
originator can be told how often his record was opened and by how many; and when he last opened what is
not TLP:RED, of which alone he may be named.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.dispatch import Signal

from audit import log
from cordillera import clock
from cordillera.access.identity import Identity

from ..models import Record, Version

#: Other views of a record that is open already: they make a reader, but not one more reading.
SAME_OPENING = {"answers", "links", "versions", "history", "attachments"}
#: Sent in the reading's transaction with `identity`, `record`, `version` and `tag`, for each opening
#: of another Party's record, by an officer or a program.
noted = Signal()
COUNT = """
    INSERT INTO records_reading AS held
        (record_id, party, officer, number, times, first_at, last_at, named_at)
    VALUES (%s, %s, %s, %s, 1, %s, %s, %s)
    ON CONFLICT (record_id, officer) DO UPDATE SET
        times = held.times + %s,
        number = greatest(held.number, EXCLUDED.number),
        last_at = EXCLUDED.last_at,
        named_at = coalesce(EXCLUDED.named_at, held.named_at),
        tallied_at = NULL
"""


def note_reading(
    identity: Identity,
    record: Record,
    version: Version,
    *,
    tag: str = "record:read",
    own: bool = False,
    **detail: Any,
) -> None:
    """An entry for a reading of another Party's record; `own`: also for one's own."""
    foreign = record.originator_id != identity.party
    if own or foreign:
        log.write(
            tag,
            actor=identity,
            about=record.pk,
            detail={"reference": record.reference or "", "version": version.number, **detail},
        )
    again = detail.get("part") not in SAME_OPENING
    if foreign and again:
        noted.send(Record, identity=identity, record=record, version=version, tag=tag)
    # A program that fetches is not yet an officer who reads.
    if foreign and identity.account and not identity.is_system:
        _count(identity, record, version, again=again)


def _count(identity: Identity, record: Record, version: Version, again: bool) -> None:
    now = clock.now()
    named = None if "RED" in (record.tlp, version.tlp) else now
    times = (now, now, named)
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT, [record.pk, identity.party, identity.own, version.number, *times, int(again)]
        )
