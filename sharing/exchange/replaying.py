"""Items that wait for the record they answer, and refused ones that are tried again.

Their text is kept. What waits is tried when a version of that record is applied, whoever sent it,
and by the clock; after thirty days it is given up. What was refused is tried again when an
administrator says so, as after an upgrade. What becomes of either is reported to its sender.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from audit import log
from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto.errors import Hostile
from cordillera.doorbell import ring
from cordillera.parties import keysets, peers

from . import reporting
from .applying import Context, Taken, apply
from .formats.receipt import APPLIED, REFUSED, WAITING
from .models import Item, Report

GIVEN_UP_AFTER = timedelta(days=30)
#: How many items one transaction tries.
BATCH = 200


def expected(party: str, records: Iterable[UUID]) -> None:
    """These records came: ring for what waits for them, from whomever."""
    waiting = Item.objects.filter(party=party, outcome=WAITING)
    if waiting.filter(detail__in=[str(pk) for pk in records]).exists():
        ring("exchange.replay", party)


def replay_waiting(party: str) -> int:
    """Try everything that waits for `party`; how many items were settled."""
    with acting_as(Identity.of_node(party)):
        waiting = Item.objects.filter(party=party, outcome=WAITING)
        senders = list(waiting.order_by().values_list("channel__sender", flat=True).distinct())
    return sum(_replay_of(party, sender) for sender in senders)


def _replay_of(party: str, sender: str) -> int:
    settled, after = 0, (0, 0)
    while True:
        with acting_as(Identity.of_node(party, sender=sender)):
            rows = _next(party, sender, after)
            settled += _try(party, sender, rows)
            settled += _give_up(party, sender, rows)
        if len(rows) < BATCH:
            return settled
        after = rows[-1].epoch, rows[-1].seq


def _next(party: str, sender: str, after: tuple[int, int]) -> list[Item]:
    """In the order in which they came: versions of one record follow each other."""
    epoch, seq = after
    waiting = Item.objects.filter(
        channel__sender=sender, channel__recipient=party, outcome=WAITING
    ).order_by("epoch", "seq")
    later = waiting.filter(epoch=epoch, seq__gt=seq) | waiting.filter(epoch__gt=epoch)
    return list(later.select_for_update(skip_locked=True, of=("self",))[:BATCH])


def _try(party: str, sender: str, rows: Sequence[Item]) -> int:
    key_set = keysets.newest(sender) if peers.is_remote(sender) else None
    if key_set is None or not rows:
        return 0
    node = Identity.of_node(party, sender=sender)
    taken = apply(Context.of(node, key_set), [row.text for row in rows])
    done = [(row, one) for row, one in zip(rows, taken, strict=True) if one.outcome != WAITING]
    _settle(party, sender, done)
    return len(done)


def _give_up(party: str, sender: str, rows: Sequence[Item]) -> int:
    before = clock.now() - GIVEN_UP_AFTER
    old = [row for row in rows if row.outcome == WAITING and row.created_at < before]
    given_up = [(row, Taken(row.text, outcome=REFUSED, reason=row.reason)) for row in old]
    _settle(party, sender, given_up)
    return len(given_up)


def _settle(party: str, sender: str, done: Sequence[tuple[Item, Taken]]) -> None:
    """Write what became of these items, and report it."""
    now = clock.now()
    for row, one in done:
        row.outcome, row.reason, row.detail = one.outcome, one.reason, one.detail
        row.settled_at = now
        if one.outcome == APPLIED:
            row.text = ""
    Item.objects.bulk_update(
        [row for row, _ in done], ["outcome", "reason", "detail", "settled_at", "text"]
    )
    reporting.tell(party, sender, [_told(row) for row, _ in done if row.record_id], at=now)


def _told(row: Item) -> reporting.Told:
    assert row.record_id is not None  # noqa: S101 - the caller has looked
    event = Report.APPLIED if row.outcome == APPLIED else Report.REFUSED
    detail = {"reason": row.reason} if row.reason else {}
    return row.record_id, max(row.number, 1), event, detail


def replay(item: Item, by: Identity) -> Item:
    """Try a refused item again. `by` is an administrator of the Party to whom it was sent; the
    caller has asked the policy table. Raises Hostile where its text is not kept any more, or its
    sender is not enrolled."""
    party, sender = item.channel.recipient, item.channel.sender
    if by.party != party or item.party != party:
        raise Hostile("another Party's item", "mismatch")
    with acting_as(Identity.of_node(party, sender=sender)):
        row = Item.objects.select_for_update().get(pk=item.pk)
        key_set = keysets.newest(sender)
        if not row.text or row.outcome == APPLIED:
            raise Hostile("nothing is kept of this item that could be tried again")
        if key_set is None or not peers.is_remote(sender):
            raise Hostile(f"{sender} is not enrolled here", "unknown-sender")
        context = Context.of(Identity.of_node(party, sender=sender), key_set)
        one = apply(context, [row.text])[0]
        about = f"{sender} {row.epoch}/{row.seq}"
        detail = {"before": row.reason, "now": one.reason or one.outcome}
        log.write("envelope:replay", actor=by, about=about, detail=detail)
        _take_over(row, one)
        if one.outcome == WAITING:
            row.outcome, row.reason, row.detail = one.outcome, one.reason, one.detail
            row.settled_at = None
            row.save(update_fields=["outcome", "reason", "detail", "settled_at"])
        else:
            _settle(party, sender, [(row, one)])
    return row


def _take_over(row: Item, one: Taken) -> None:
    """What could not be read when it came may be readable now."""
    if one.record is None:
        return
    row.type, row.record_id, row.number = one.type, one.record, one.number
    row.kind, row.reference = one.kind, one.reference
    row.save(update_fields=["type", "record_id", "number", "kind", "reference"])
