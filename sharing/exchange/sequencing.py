"""Give what waits for a recipient its place in the channel: contiguous numbers, after commit.

Numbers given inside the officers' own transactions would make them wait for each other, or leave
gaps where one of them fails. So rows come without a number, and one transaction at a time per
channel, which holds the channel's row, numbers what is committed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties import agreements
from cordillera.parties.keys import SigningKey
from sharing.records.models import OutboxRow

from . import channels, statements
from .formats.statement import MOST_NAMED, Content
from .models import Channel, Item, Report

#: So many rows get their number in one transaction, and reports in one item.
MOST_ROWS = 5000
MOST_ENTRIES = 200

_VERSION_VERBS = (OutboxRow.RELEASED, OutboxRow.AMENDED)
_WAITING = """
    SELECT o.id, o.verb, o.record_id, o.version_id, o.created_at, o.kind, o.about_id,
           coalesce(r.reference, ''), coalesce(r.state, ''), coalesce(v.number, 0)
    FROM records_outboxrow o
    LEFT JOIN records_record r ON r.id = o.record_id
    LEFT JOIN records_version v ON v.id = o.version_id
    WHERE o.sender = %s AND o.recipient = %s AND o.seq IS NULL AND o.arrived_at IS NULL
    ORDER BY o.id LIMIT %s
"""
_INSERT = """
    INSERT INTO exchange_item (channel_id, party, epoch, seq, type, record_id, version_id, number,
                               kind, reference, text, created_at, outcome, reason, detail)
    SELECT %s, %s, %s, g.seq, g.type, g.record_id, g.version_id, g.number, g.kind, g.reference,
           g.text, g.created_at, '', '', ''
    FROM unnest(%s::bigint[], %s::text[], %s::uuid[], %s::uuid[], %s::int[], %s::text[],
                %s::text[], %s::text[], %s::timestamptz[])
        AS g(seq, type, record_id, version_id, number, kind, reference, text, created_at)
"""
_NUMBER = """
    UPDATE records_outboxrow o SET seq = g.seq
    FROM unnest(%s::bigint[], %s::bigint[]) AS g(id, seq) WHERE o.id = g.id
"""
_FILES = """
    SELECT v.id, a.id FROM records_version v
    JOIN records_attachment a ON a.record_id = v.record_id AND a.since <= v.number
        AND (a.until IS NULL OR v.number < a.until)
    WHERE v.id = ANY(%s) AND a.sealed_key IS NOT NULL ORDER BY v.id, a.id
"""
_SENT = """
    SELECT record_id, max(number) FROM exchange_item
    WHERE channel_id = %s AND type = %s AND record_id = ANY(%s) GROUP BY record_id
"""


class Row(NamedTuple):
    """An outbox row that waits, with what its record says now."""

    id: int
    verb: str
    record: UUID
    version: UUID | None
    created_at: datetime
    kind: str
    about: UUID | None
    reference: str
    state: str
    number: int


class Numbered(NamedTuple):
    """An item to be: the columns of Item that differ, in the order of the INSERT above."""

    seq: int
    type: str
    record: UUID | None
    version: UUID | None
    number: int
    kind: str
    reference: str
    text: str
    created_at: datetime


def sequence(channel: Channel) -> int:
    """Number what waits for the channel's recipient: reports first, then outbox rows in order.

    How many items got a number, some thousands at most; 0 when nothing waits.
    """
    with acting_as(Identity.of_node(channel.sender)):
        held = channels.locked(channel)
        given = number(held)
        channel.sequenced = held.sequenced
    return given


def number(channel: Channel) -> int:
    """The same, in the present transaction, which holds the channel's row."""
    return _reports(channel) + _rows(channel)


def append(channel: Channel, contents: Iterable[Content]) -> int:
    """Put statements that stand in no outbox, as an attachment's key, at the channel's end."""
    with acting_as(Identity.of_node(channel.sender)):
        held = channels.locked(channel)
        key = statements.key_for(held.sender, held.recipient)
        now = clock.now()
        items = [
            _statement(held.sequenced + place, content, held.sender, key, now)
            for place, content in enumerate(contents, 1)
        ]
        put(held, items)
        channel.sequenced = held.sequenced
    return len(items)


def put(channel: Channel, items: Sequence[Numbered]) -> None:
    """Write the items, which carry on the channel's numbers. The channel's row is locked."""
    if not items:
        return
    with connection.cursor() as cursor:
        columns = [list(column) for column in zip(*items, strict=True)]
        cursor.execute(_INSERT, [channel.pk, channel.party, channel.epoch, *columns])
    channel.sequenced = items[-1].seq
    channel.save(update_fields=["sequenced"])


def _reports(channel: Channel) -> int:
    waiting = Report.objects.filter(party=channel.sender, originator=channel.recipient, item=None)
    rows = list(waiting.order_by("id")[: 10 * MOST_ENTRIES])
    told = [row for row in rows if row.event != Report.NAMED]
    named = [row for row in rows if row.event == Report.NAMED]
    if named and agreements.names_since(channel.sender, channel.recipient) is None:
        waiting.filter(event=Report.NAMED).delete()
        named = []
    if not (told or named):
        return 0
    key = statements.key_for(channel.sender, channel.recipient)
    contents: list[Content] = [statements.report(group) for group in _groups(told, MOST_ENTRIES)]
    contents += [statements.readers(group) for group in _groups(named, MOST_NAMED)]
    groups = [*_groups(told, MOST_ENTRIES), *_groups(named, MOST_NAMED)]
    put(
        channel,
        [
            _statement(channel.sequenced + place, content, channel.sender, key, group[0].at)
            for place, (content, group) in enumerate(zip(contents, groups, strict=True), 1)
        ],
    )
    made = Item.objects.filter(
        channel=channel, epoch=channel.epoch, seq__gt=channel.sequenced - len(groups)
    ).order_by("seq")
    for item, group in zip(made, groups, strict=True):
        Report.objects.filter(pk__in=[one.pk for one in group]).update(item=item)
    return len(groups)


def _groups(rows: Sequence[Report], most: int) -> list[Sequence[Report]]:
    return [rows[at : at + most] for at in range(0, len(rows), most)]


def _rows(channel: Channel) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [channel.sender, channel.recipient, MOST_ROWS])
        rows = [Row(*row) for row in cursor.fetchall()]
    if not rows:
        return 0
    items, numbers = _numbered(channel, rows)
    put(channel, items)
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, [[row.id for row in rows], numbers])
    return len(items)


def _numbered(channel: Channel, rows: Sequence[Row]) -> tuple[list[Numbered], list[int]]:
    """The items, and each row's own number. The keys of a version's files follow the version."""
    stated = [row for row in rows if row.verb not in _VERSION_VERBS]
    key = statements.key_for(channel.sender, channel.recipient) if stated else None
    sent = _last_sent(channel, stated)
    files = files_of(row.version for row in rows if row.verb in _VERSION_VERBS)
    items: list[Numbered] = []
    numbers = []
    for row in rows:
        seq = channel.sequenced + len(items) + 1
        numbers.append(seq)
        if key is None or row.verb in _VERSION_VERBS:
            sent[row.record] = row.number
            items.append(_version(seq, row))
            found = files.get(row.version, ()) if row.version else ()
            items += [_key(seq + place, row, file) for place, file in enumerate(found, 1)]
        else:
            number = sent.get(row.record, row.number)
            content = _content(row, number)
            items.append(_statement(seq, content, channel.sender, key, row.created_at, row.kind))
    return items, numbers


def files_of(versions: Iterable[UUID | None]) -> dict[UUID, list[UUID]]:
    """The ids of the files that these versions have, by version."""
    found: dict[UUID, list[UUID]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_FILES, [[one for one in versions if one]])
        for version, file in cursor.fetchall():
            found.setdefault(version, []).append(file)
    return found


def _key(seq: int, row: Row, file: UUID) -> Numbered:
    """A file's key to be: named by the file's id. The key itself is put in when it is sent."""
    return _version(seq, row)._replace(type=Item.KEY, reference=str(file))


def _last_sent(channel: Channel, stated: Sequence[Row]) -> dict[UUID, int]:
    """Which version of each record the recipient was sent last."""
    if not stated:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SENT, [channel.pk, Item.VERSION, [row.record for row in stated]])
        return dict(cursor.fetchall())


def _content(row: Row, number: int) -> Content:
    if row.verb == OutboxRow.EXPIRED:
        return statements.expiry(row.record, row.reference, number)
    return statements.withdrawal(row.record, row.reference, row.kind, row.about, number, row.state)


def _version(seq: int, row: Row) -> Numbered:
    return Numbered(
        seq,
        Item.VERSION,
        row.record,
        row.version,
        row.number,
        row.kind,
        row.reference,
        "",
        row.created_at,
    )


def _statement(
    seq: int, content: Any, party: str, key: SigningKey, at: datetime, kind: str = ""
) -> Numbered:
    return Numbered(
        seq,
        content.TYPE,
        getattr(content, "record", None),
        None,
        getattr(content, "number", 0),
        kind,
        getattr(content, "reference", ""),
        statements.state(party, key, content, at),
        at,
    )
