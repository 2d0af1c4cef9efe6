"""What became of everything that one node released to another: both databases, side by side.

Read as the databases' owner, whom no policy binds.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import psycopg

from .pair import ChaosNode
from .releasing import Released

PATIENCE = 150.0

SENT = """
    SELECT v.record_id::text, v.number, md5(v.jws) FROM records_version v
    JOIN records_record r ON r.id = v.record_id
    WHERE v.jws <> '' AND v.originator_id = %(sender)s AND %(recipient)s = ANY(r.audience)
"""
CAME = """
    SELECT v.record_id::text, v.number, md5(v.jws) FROM records_version v
    WHERE v.received_at IS NOT NULL AND v.originator_id = %(sender)s
"""
IN_FORCE = """
    SELECT r.id::text, v.number FROM records_record r JOIN records_version v ON v.id = r.current_id
    WHERE r.originator_id = %(sender)s
"""
ITEMS = """
    SELECT i.epoch, i.seq, i.record_id::text, i.number, i.outcome, i.type
    FROM exchange_item i
    JOIN exchange_channel c ON c.id = i.channel_id
    WHERE c.sender = %(sender)s AND c.recipient = %(recipient)s ORDER BY {order}
"""
#: Each of these is written once for what is done once.
ONCE = (
    """SELECT record_id::text FROM desk_inboxitem
       WHERE party_id = %(recipient)s AND originator = %(sender)s""",
    """SELECT version_id::text FROM records_outboxrow
       WHERE sender = %(sender)s AND recipient = %(recipient)s AND verb IN ('released', 'amended')""",
    """SELECT detail->>'outbox' FROM audit_entry
       WHERE tag = 'record:arrive' AND detail->>'sender' = %(sender)s""",
    """SELECT about FROM audit_entry
       WHERE tag = 'envelope:apply' AND about LIKE %(sender)s || ' %%'""",
)
PLACE = """
    SELECT c.settled, c.sequenced, c.manifest <> '' FROM exchange_channel c
    WHERE c.sender = %(sender)s AND c.recipient = %(recipient)s
"""
OPEN = """
    SELECT count(*) FROM records_outboxrow
    WHERE sender = %(sender)s AND recipient = %(recipient)s AND arrived_at IS NULL
"""


@dataclass(frozen=True)
class Verdict:
    versions: int
    lost: int
    twice: int
    out_of_order: int


class Judge:
    """Of the channel from one node to the other."""

    def __init__(self, sender: ChaosNode, recipient: ChaosNode) -> None:
        self.sender, self.recipient = sender, recipient
        self._names = {"sender": sender.party, "recipient": recipient.party}

    # --- Waiting ------------------------------------------------------------------------------
    def await_settled(self, since: float) -> float:
        """Seconds from `since` until all that was released is receipted."""
        self._await(self._is_settled)
        return time.monotonic() - since

    def await_seen(self) -> None:
        """Until it stands in the recipient's inbox too."""
        self._await(lambda: self._rows(self.recipient, OPEN) == [(0,)])

    def _await(self, done: Any) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for node in (self.sender, self.recipient):
                node.start_what_ended()
            with suppress(psycopg.OperationalError):
                if done():
                    return
            time.sleep(0.1)

    def _is_settled(self) -> bool:
        if self._rows(self.sender, OPEN) != [(0,)]:
            return False
        ((settled, sequenced, under_way),) = self._rows(self.sender, PLACE)
        ((taken, _, _),) = self._rows(self.recipient, PLACE)
        return bool(settled == sequenced == taken and not under_way)

    # --- Judging ------------------------------------------------------------------------------
    def verdict(self, acknowledged: Sequence[Released]) -> Verdict:
        sent, came = self._rows(self.sender, SENT), self._rows(self.recipient, CAME)
        known = {(record, number) for record, number, _ in sent}
        return Verdict(
            versions=len(sent),
            lost=len(set(sent) - set(came)) + len(set(acknowledged) - known),
            twice=self._twice(came),
            out_of_order=self._disorder(known, acknowledged),
        )

    def _twice(self, came: Iterable[tuple[Any, ...]]) -> int:
        written = [came, *(self._rows(self.recipient, query) for query in ONCE)]
        taken = self._items(self.recipient)
        # A file's key is an item of its own, with the record and number of its version.
        written.append([row[2:4] for row in taken if row[4:] == ("applied", "version")])
        return sum(_beyond_one(rows) for rows in written)

    def _disorder(self, sent: set[Released], acknowledged: Sequence[Released]) -> int:
        ours, theirs = self._items(self.sender), self._items(self.recipient)
        in_order_of_arrival = self._items(self.recipient, "i.id")
        numbers = [row[1] for row in theirs]
        places = {row[2:4]: row[1] for row in theirs if row[5] == "version"}
        newest: dict[str, int] = {}
        for record, number in sent:
            newest[record] = max(number, newest.get(record, 0))
        return sum(
            (
                numbers != list(range(1, len(numbers) + 1)),
                sum(one[:4] != other[:4] for one, other in zip(ours, theirs, strict=False)),
                sum(one != other for one, other in zip(theirs, in_order_of_arrival, strict=True)),
                _falls([places[one] for one in acknowledged if one in places]),
                len(set(newest.items()) ^ set(self._rows(self.recipient, IN_FORCE))),
            )
        )

    def _items(self, node: ChaosNode, order: str = "i.epoch, i.seq") -> list[tuple[Any, ...]]:
        return self._rows(node, ITEMS.format(order=order))

    def _rows(self, node: ChaosNode, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(node.owner_url, connect_timeout=5) as owner:
            return owner.execute(query, self._names).fetchall()


def _beyond_one(rows: Iterable[Any]) -> int:
    return sum(times - 1 for times in Counter(rows).values())


def _falls(places: Sequence[int]) -> int:
    return sum(one > other for one, other in pairwise(places))
