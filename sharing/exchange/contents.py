"""What a batch holds: of each queued item what may be sent now.

What was recalled or narrowed before it left never leaves: a withdrawal takes its number. Nor does a
version that a ceiling caps by now; but what the recipient was lawfully given before stays with him, so
an empty report takes that number, and the item keeps the reason; another takes that of readers' names,
where the Party chooses by now to name nobody. A statement is signed with a key that
the recipient believes now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from cordillera import clock
from cordillera.parties import agreements
from cordillera.parties.keys import SigningKey
from sharing.records.attachments.content import unseal_key
from sharing.records.lifecycle import IN_FORCE

from . import statements
from .capping import capped
from .formats.statement import AttachmentKey, Report
from .models import Channel, Item
from .troubles import Trouble

#: Why a version of ours was held back; its item stays that of a version.
OVER_CEILING = "over-ceiling"

_QUEUED = """
    SELECT q.seq, q.type, q.text, q.number, q.version_id, v.jws, r.id, r.reference, r.kind,
           r.about_id, r.state, r.audience, q.reference, q.created_at, a.sealed_key
    FROM (
        SELECT i.*, sum(octet_length(coalesce(nullif(i.text, ''), w.jws, '')))
                        OVER (ORDER BY i.seq) AS bytes
        FROM (SELECT * FROM exchange_item
              WHERE channel_id = %(channel)s AND epoch = %(epoch)s AND seq BETWEEN %(first)s
                    AND %(last)s ORDER BY seq) i
        LEFT JOIN records_version w ON w.id = i.version_id
    ) q
    LEFT JOIN records_version v ON v.id = q.version_id
    LEFT JOIN records_record r ON r.id = q.record_id
    LEFT JOIN records_attachment a ON a.record_id = q.record_id
        AND a.id = CASE WHEN q.type = 'attachment-key' THEN q.reference::uuid END
    WHERE q.bytes <= %(bytes)s OR q.seq = %(first)s
    ORDER BY q.seq
"""
_REPLACE = """
    UPDATE exchange_item i SET type = g.type, text = g.text, reason = g.reason
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS g(seq, type, text, reason)
    WHERE i.channel_id = %s AND i.epoch = %s AND i.seq = g.seq
"""


#: What decides whether an item is still sent as it was, without the texts themselves.
_MARKS = """
    SELECT i.seq, i.type, md5(i.text), v.id, r.state,
           r.audience @> ARRAY[%(recipient)s]::varchar[], octet_length(v.jws)
    FROM exchange_item i
    LEFT JOIN records_version v ON v.id = i.version_id
    LEFT JOIN records_record r ON r.id = i.record_id
    WHERE i.channel_id = %(channel)s AND i.epoch = %(epoch)s
      AND i.seq BETWEEN %(first)s AND %(last)s
    ORDER BY i.seq
"""


class Mark(NamedTuple):
    """An item and its record as they are now: where this is the same, the same is sent."""

    seq: int
    type: str
    text: str
    version: UUID | None
    state: str | None
    is_addressed: bool | None
    length: int | None
    capped: bool = False


class Queued(NamedTuple):
    """An item with what its version and record say now."""

    seq: int
    type: str
    text: str
    number: int
    version: UUID | None
    jws: str | None
    record: UUID | None
    reference: str | None
    kind: str | None
    about: UUID | None
    state: str | None
    audience: list[str] | None
    named: str
    created_at: datetime
    sealed_key: bytes | None
    capped: bool = False

    @property
    def names(self) -> bool:
        """Whether it names officers, or did, and is not to (again): their Party chooses by now not to,
        or the recipient has been told."""
        return self.type == Item.READERS and (self.capped or not self.text)

    def is_held_by(self, recipient: str) -> bool:
        """Whether the recipient may have the version: in force, released to him, under the ceilings
        of now."""
        return self.is_released_to(recipient) and not self.capped

    def is_released_to(self, recipient: str) -> bool:
        return self.state in IN_FORCE and recipient in (self.audience or ())


def is_held_back(item: Item) -> bool:
    """Whether an empty report has the number of this version of ours, since a ceiling fell before it
    left: the recipient took the number and not the version."""
    held = (item.type, item.reason) == (Item.VERSION, OVER_CEILING)
    return held and item.outcome in (Item.QUEUED, Item.APPLIED)


def queued(channel: Channel, first: int, last: int, most: int) -> list[Queued]:
    with connection.cursor() as cursor:
        cursor.execute(
            _QUEUED,
            {
                "channel": channel.pk,
                "epoch": channel.epoch,
                "first": first,
                "last": last,
                "bytes": most,
            },
        )
        rows = [Queued(*row) for row in cursor.fetchall()]
    above = _above(channel, rows)
    return [row._replace(capped=True) if row.seq in above else row for row in rows]


def marks(channel: Channel, first: int, last: int) -> tuple[Mark, ...]:
    """What the items of these numbers are now, in brief."""
    with connection.cursor() as cursor:
        cursor.execute(
            _MARKS,
            {
                "channel": channel.pk,
                "recipient": channel.recipient,
                "epoch": channel.epoch,
                "first": first,
                "last": last,
            },
        )
        found = [Mark(*row) for row in cursor.fetchall()]
    above = _above(channel, found)
    return tuple(one._replace(capped=one.seq in above) for one in found)


def _above(channel: Channel, rows: Sequence[Queued] | Sequence[Mark]) -> set[int]:
    """The numbers of what the sender's agreement of now keeps from the recipient."""
    versions = capped(channel.sender, channel.recipient, [row.version for row in rows])
    found = {row.seq for row in rows if row.version in versions}
    named = {row.seq for row in rows if row.type == Item.READERS}
    if named and agreements.names_since(channel.sender, channel.recipient) is None:
        found |= named
    return found


def texts(channel: Channel, rows: Sequence[Queued], key: SigningKey) -> tuple[str, ...]:
    """What is sent of each, in their order; where that is another item than was queued, it is kept."""
    found, changed, now = [], [], clock.now()
    for row in rows:
        if row.is_held_by(channel.recipient) and (text := text_now(row, channel, key)):
            if row.text:  # a ceiling held it back, and does no more
                changed.append((row.seq, row.type, "", ""))
        elif row.type == Item.VERSION and row.is_released_to(channel.recipient):
            text = statements.state(channel.sender, key, Report(()), now)
            changed.append((row.seq, row.type, text, OVER_CEILING))
        else:
            text = _statement(row, channel, key, now)
            if text != row.text:
                changed.append((row.seq, _type(row), text, ""))
        found.append(text)
    if changed:
        with connection.cursor() as cursor:
            columns = [list(column) for column in zip(*changed, strict=True)]
            cursor.execute(_REPLACE, [*columns, channel.pk, channel.epoch])
    return tuple(found)


def text_now(row: Queued, channel: Channel, key: SigningKey | None) -> str:
    """A version's text, or the statement of a file's key, neither of which is kept in its item;
    empty for every other item and for a key that is not here any more."""
    if row.type == Item.KEY and key is not None and row.record is not None:
        return _key_text(row, channel, key, row.record) if row.sealed_key else ""
    return row.jws or "" if row.type == Item.VERSION else ""


def _key_text(row: Queued, channel: Channel, key: SigningKey, record: UUID) -> str:
    file = UUID(row.named)
    opens = unseal_key(file, bytes(row.sealed_key or b""))
    content = AttachmentKey(record, row.number, file, opens)
    return statements.state(channel.sender, key, content, row.created_at)


def _statement(row: Queued, channel: Channel, key: SigningKey, now: datetime) -> str:
    if row.type == Item.KEY or row.names:
        # What the key would open is not to be had any more; an empty report takes its number.
        return statements.state(channel.sender, key, Report(()), now)
    if row.type != Item.VERSION:
        return statements.renewed(row.text, key)
    if row.record is None:
        raise Trouble("malformed", f"item {row.seq} is a version of a record that is not here")
    content = statements.withdrawal(
        row.record, row.reference or "", row.kind or "", row.about, row.number, row.state or ""
    )
    return statements.state(channel.sender, key, content, now)


def _type(row: Queued) -> str:
    if row.names:
        return Item.REPORT
    return {Item.VERSION: Item.WITHDRAWAL, Item.KEY: Item.REPORT}.get(row.type, row.type)
