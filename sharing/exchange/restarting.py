"""Begin a channel anew: another epoch, numbered from 1, with all that the recipient is to have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from cordillera import clock
from cordillera.parties.keys import SigningKey
from sharing.records import lifecycle
from sharing.records.models import OutboxRow

from . import channels, sequencing, statements
from .capping import capped
from .later import LAST_EPOCH
from .models import Channel, Item, Report
from .sequencing import Numbered
from .troubles import Trouble

AT_ONCE = 5000
#: From the outbox or from the records they are made anew; the others stand in the items alone.
_MADE_ANEW = (Item.VERSION, Item.WITHDRAWAL, Item.EXPIRY, Item.REPORT, Item.KEY, Item.READERS)

# What waits in the outbox comes with its own rows, in their order.
_COLUMNS = """
    SELECT r.id, v.id, coalesce(v.number, s.number, 1), r.kind, r.about_id, r.reference, r.state,
           r.audience, r.released_at
    FROM records_record r
    LEFT JOIN records_version v ON v.id = r.current_id
    LEFT JOIN (SELECT record_id, max(number) AS number FROM exchange_item
               WHERE channel_id = %(channel)s AND type = 'version' GROUP BY record_id) s
           ON s.record_id = r.id
    WHERE r.originator_id = %(sender)s
      AND NOT EXISTS (SELECT 1 FROM records_outboxrow o
                      WHERE o.record_id = r.id AND o.sender = %(sender)s
                        AND o.recipient = %(recipient)s AND o.arrived_at IS NULL)
"""
_IN_FORCE = f"{_COLUMNS} AND r.state = ANY(%(in_force)s) AND %(recipient)s = ANY(r.audience)"
_GONE = (
    f"{_COLUMNS} AND s.number IS NOT NULL"
    " AND NOT (r.state = ANY(%(in_force)s) AND %(recipient)s = ANY(r.audience))"
)
_ORDER = " ORDER BY r.released_at, r.reference"


class Sent(NamedTuple):
    """A record that the recipient is to have, or had."""

    record: UUID
    version: UUID | None
    number: int
    kind: str
    about: UUID | None
    reference: str
    state: str
    audience: list[str]
    released_at: datetime | None


def begin_epoch(channel: Channel) -> int:
    """How many items the new epoch begins with. The caller holds the channel's row. Raises Trouble."""
    if channel.epoch >= LAST_EPOCH:
        raise Trouble("gap", f"no epoch follows {channel.epoch}")
    kept = _take_back(channel)
    channel.epoch += 1
    channel.sequenced = channel.settled = 0
    channel.chain = channel.manifest = ""
    channels.recovered(channel)
    channels.forgive(channel)
    channel.save()
    key = statements.key_for(channel.sender, channel.recipient)
    items: list[Numbered] = []
    for seq, item in enumerate(_items(channel, key, kept), 1):
        items.append(item._replace(seq=seq))
        if len(items) == AT_ONCE:
            sequencing.put(channel, items)
            items = []
    sequencing.put(channel, items)
    return channel.sequenced


def _take_back(channel: Channel) -> list[Item]:
    """What the old epoch has not brought over waits again; what stands nowhere else is returned."""
    open_items = Item.objects.filter(channel=channel, epoch=channel.epoch, outcome=Item.QUEUED)
    Report.objects.filter(item__in=open_items).update(item=None)
    kept = list(open_items.exclude(type__in=_MADE_ANEW).order_by("seq"))
    open_items.delete()
    OutboxRow.objects.filter(
        sender=channel.sender, recipient=channel.recipient, arrived_at=None, seq__isnull=False
    ).update(seq=None)
    return kept


def _items(channel: Channel, key: SigningKey, kept: Sequence[Item]) -> Iterator[Numbered]:
    now = clock.now()
    in_force = _records(channel, _IN_FORCE)
    above = capped(channel.sender, channel.recipient, [sent.version for sent in in_force])
    files = sequencing.files_of(sent.version for sent in in_force)
    for sent in in_force:
        if sent.version in above:
            continue  # What he had before the ceiling he keeps; it is not released to him again.
        at = sent.released_at or now
        yield _numbered(Item.VERSION, sent, "", at)
        for file in files.get(sent.version, ()) if sent.version else ():
            yield _numbered(Item.VERSION, sent, "", at)._replace(type=Item.KEY, reference=str(file))
        if sent.state == lifecycle.EXPIRED:
            ended = statements.expiry(sent.record, sent.reference, sent.number)
            yield _numbered(
                Item.EXPIRY, sent, statements.state(channel.sender, key, ended, now), now
            )
    for sent in _records(channel, _GONE):
        gone = statements.withdrawal(
            sent.record, sent.reference, sent.kind, sent.about, sent.number, sent.state
        )
        text = statements.state(channel.sender, key, gone, now)
        yield _numbered(Item.WITHDRAWAL, sent, text, now)
    for item in kept:
        yield Numbered(
            0,
            item.type,
            item.record_id,
            None,
            item.number,
            item.kind,
            item.reference,
            item.text,
            item.created_at,
        )


def _records(channel: Channel, query: str) -> list[Sent]:
    with connection.cursor() as cursor:
        cursor.execute(
            query + _ORDER,
            {
                "channel": channel.pk,
                "sender": channel.sender,
                "recipient": channel.recipient,
                "in_force": list(lifecycle.IN_FORCE),
            },
        )
        return [Sent(*row) for row in cursor.fetchall()]


def _numbered(kind: str, sent: Sent, text: str, at: datetime) -> Numbered:
    version = sent.version if kind == Item.VERSION else None
    return Numbered(0, kind, sent.record, version, sent.number, sent.kind, sent.reference, text, at)
