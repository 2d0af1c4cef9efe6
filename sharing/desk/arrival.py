"""Take in what other Parties released to one that this node hosts.

The outbox rows are the truth, the doorbell only says when to look. One transaction holds a batch's
inbox items, notifications, events, audit entries and the mark that it arrived: it happens once in
effect, however often the task runs. A row that cannot be taken in is left for the next sweep and
does not hold up the others.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal

from audit import log
from cordillera import clock, events
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.records.actions import reaching
from sharing.records.hearing import begin_again, heard
from sharing.records.models import OutboxRow
from sharing.search import saved

from . import answered, concerned, gravestones, items
from .alone import alone
from .notifying import notify

logger = logging.getLogger(__name__)
BATCH = 500
#: Sent with the `node` and the outbox `rows` that it has just taken in, in their transaction.
taken_in = Signal()


def arrive(party: str, *, wait: bool = True) -> int:
    """Take in everything that waits for `party`; how many rows. Without `wait`, nothing is done
    while another worker does the same."""
    node, taken, stuck = Identity.of_node(party), 0, set[int]()
    while True:
        with acting_as(node):
            if not alone("desk.arrive", party, wait=wait):
                return taken
            rows = _waiting(node, stuck)
            if not rows:
                return taken
            arrived = _take(party, rows)
        stuck |= {row.pk for row in rows} - arrived
        taken += len(arrived)


def _waiting(node: Identity, stuck: Iterable[int]) -> list[OutboxRow]:
    """Answers are left until the record that they answer is brought, which rings again."""
    waiting = OutboxRow.objects.filter(recipient=node.party, arrived_at=None, ended_at=None)
    found = heard(waiting.exclude(pk__in=stuck), node).order_by("id")
    return list(found.select_for_update(skip_locked=True, of=("self",))[:BATCH])


def _take(party: str, rows: list[OutboxRow]) -> set[int]:
    """Take in the batch; where that fails, row by row. The ids that arrived."""
    try:
        with transaction.atomic():
            take_in(party, rows)
            return {row.pk for row in rows}
    except Exception:
        if len(rows) == 1:
            logger.exception("desk.arrive: outbox row %s for %s", rows[0].pk, party)
            return set()
    return {pk for row in rows for pk in _take(party, [row])}


def take_in(party: str, rows: list[OutboxRow]) -> None:
    """All consequences of these rows for `party`, in the present transaction as its node."""
    node = Identity.of_node(party)
    officers = concerned.readers(party)
    last = {row.record_id: row for row in rows}
    own = [row for row in last.values() if row.about_id is None]
    answers = [row for row in last.values() if row.about_id is not None]

    came = items.put(node, own)
    begin_again(node, [one.row for one in came.values()])
    gone = gravestones.put(node, [row for row in own if row.record_id not in came])
    news = answered.put(node, answers)
    reaching.follow(node, [row.record_id for row in rows if row.verb == OutboxRow.AMENDED])
    notify(
        party,
        [
            *items.notices(came.values(), officers),
            *gravestones.notices(gone, came.values(), officers),
            *answered.notices(news, officers),
        ],
    )
    _tell(party, came, gone, news)
    _note(node, rows)
    taken_in.send(OutboxRow, node=node, rows=rows)
    OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).update(arrived_at=clock.now())


def _tell(
    party: str,
    came: dict[UUID, items.Came],
    gone: list[gravestones.Gone],
    news: list[answered.News],
) -> None:
    """Open pages hear that the inbox and these records changed; saved searches are held against
    what came."""
    named: dict[UUID, list[UUID] | None] = {
        **{pk: one.item.named for pk, one in came.items()},
        **{one.record_id: one.named for one in gone},
        **{one.item.record_pk: one.item.named for one in news},
    }
    events.emit_all(
        events.News(party, topic, pk, None if only is None else tuple(only))
        for pk, only in named.items()
        for topic in ("inbox", "record")
    )
    saved.expect(party, came)


def _note(node: Identity, rows: list[OutboxRow]) -> None:
    log.write_all(
        "record:arrive",
        [
            (
                row.record_id,
                {"verb": row.verb, "sender": row.sender, "kind": row.kind, "outbox": row.pk},
            )
            for row in rows
        ],
        actor=node,
    )
