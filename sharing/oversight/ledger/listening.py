"""Write the ledger's lines in the transactions of what they tell.

The rooms below send signals and know nothing of the ledger. A line that cannot be written breaks its
action: nothing is disclosed that the ledger does not hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings

from cordillera import bulk, clock
from cordillera.access.identity import Identity
from cordillera.access.session import present
from sharing.desk.arrival import taken_in
from sharing.exchange.models import Item
from sharing.exchange.reporting import counted
from sharing.exchange.settling import reached
from sharing.records import lifecycle
from sharing.records.models import Decision, OutboxRow, Readership, Record, Version
from sharing.records.outbox import posted
from sharing.records.reading.noted import noted

from ..models import Disclosure
from . import facts
from .facts import Facts

#: A decision's verb -> how the ledger calls it on the side of who decided.
DECIDED = {
    OutboxRow.RELEASED: Disclosure.RELEASED,
    OutboxRow.AMENDED: Disclosure.AMENDED,
    OutboxRow.EXPIRED: Disclosure.EXPIRED,
}
#: The same on the side of who is told.
TOLD = {**DECIDED, OutboxRow.RECALLED: Disclosure.WITHDRAWN}
OPENED = {
    "record:read": Disclosure.READ,
    "record:print": Disclosure.PRINTED,
    "record:download": Disclosure.DOWNLOADED,
}
#: (type of item, word of its recipient) -> event.
REACHED = {
    (Item.VERSION, Item.APPLIED): Disclosure.DELIVERED,
    (Item.VERSION, Item.REFUSED): Disclosure.REFUSED,
    (Item.WITHDRAWAL, Item.APPLIED): Disclosure.WITHDRAWN,
    (Item.WITHDRAWAL, "purged"): Disclosure.PURGED,
}


def listen() -> None:
    """Called once, when the application is ready."""
    posted.connect(decided, dispatch_uid="ledger.decided")
    taken_in.connect(came, dispatch_uid="ledger.came")
    noted.connect(opened, dispatch_uid="ledger.opened")
    reached.connect(arrived_there, dispatch_uid="ledger.reached")
    counted.connect(opened_there, dispatch_uid="ledger.counted")


def decided(
    sender: Any,
    record: Record,
    verb: str,
    recipients: Sequence[str],
    version: Version | None,
    **kwargs: Any,
) -> None:
    """The own Party released, amended, recalled, narrowed; or the record's time was over."""
    told = facts.of(record, version) if version else Facts(record.reference or "", record.kind)
    event = DECIDED.get(verb) or _withdrawal(record)
    names = {} if told.red else _officers(record, event)
    _write(
        _line(record.originator_id, Disclosure.GIVEN, event, other, record.pk, told, **names)
        for other in recipients
    )


def _withdrawal(record: Record) -> str:
    if record.state == lifecycle.RECALLED:
        return Disclosure.RECALLED
    return Disclosure.LOCKED if record.state in lifecycle.SHUT else Disclosure.NARROWED


def _officers(record: Record, event: str) -> dict[str, str]:
    """Who proposed and who approved; of an answer who gave it; of what time does, nobody."""
    by = present()
    if by is None or by.node or event in (Disclosure.EXPIRED, Disclosure.LOCKED):
        return {}
    decision = (
        Decision.objects.filter(record=record, outcome=Decision.APPROVED, decided_by=by.account)
        .order_by("-decided_at", "-id")
        .first()
    )
    if decision is None:
        return {"proposed_by": by.name}
    return {"proposed_by": decision.proposed_by_name, "approved_by": decision.decided_by_name}


def came(sender: Any, node: Identity, rows: Sequence[OutboxRow], **kwargs: Any) -> None:
    """The own Party got it; where the giver is hosted here too, his ledger says so as well."""
    known = facts.known({row.record_id for row in rows}, [row.version_id for row in rows])
    made: list[Disclosure] = []
    for sender_party in {row.sender for row in rows}:
        theirs = [row for row in rows if row.sender == sender_party]
        held = facts.remembered(node.party, sender_party, (row.record_id for row in theirs))
        for row in theirs:
            told = known.get(row.version_id) or held.get(row.record_id) or Facts("", row.kind)
            if row.verb in (OutboxRow.RELEASED, OutboxRow.AMENDED):
                held[row.record_id] = told
            made += _both_sides(node.party, row, told)
    _write(made)


def _both_sides(party: str, row: OutboxRow, told: Facts) -> Iterable[Disclosure]:
    event = TOLD[row.verb]
    yield _line(party, Disclosure.RECEIVED, event, row.sender, row.record_id, told)
    if row.sender in settings.HOSTED_PARTIES and event != Disclosure.EXPIRED:
        there = event if event == Disclosure.WITHDRAWN else Disclosure.DELIVERED
        yield _line(row.sender, Disclosure.GIVEN, there, party, row.record_id, told)


def opened(
    sender: Any, identity: Identity, record: Record, version: Version, tag: str, **kwargs: Any
) -> None:
    """An officer of the own Party read what another one gave."""
    told = facts.of(record, version)
    reader = "" if told.red else identity.name
    event, other = OPENED.get(tag, Disclosure.READ), record.originator_id
    _write(
        [_line(identity.party, Disclosure.RECEIVED, event, other, record.pk, told, reader=reader)]
    )


def arrived_there(
    sender: Any, party: str, recipient: str, happened: Sequence[tuple[Item, str]], **kwargs: Any
) -> None:
    """A Party on another node took in, refused or purged what the own one gave."""
    found = [
        (item, item.record_id, event)
        for item, word in happened
        if item.record_id and (event := REACHED.get((item.type, word)))
    ]
    held = facts.remembered(party, recipient, (pk for _, pk, _ in found))
    _write(
        _line(
            party,
            Disclosure.GIVEN,
            event,
            recipient,
            pk,
            held.get(pk) or Facts(item.reference, item.kind),
            **({"number": item.number} if item.number else {}),
            **({"reason": item.reason} if event == Disclosure.REFUSED else {}),
        )
        for item, pk, event in found
    )


def opened_there(sender: Any, readership: Sequence[Readership], **kwargs: Any) -> None:
    """How often, and by how many officers, another Party has opened what the own one gave."""
    by = present()
    told = facts.in_force({row.record_id for row in readership})
    made = []
    for row in readership:
        giver, what = told.get(row.record_id, ("", Facts()))
        own = giver == (by.party if by else "")
        if not giver or giver == row.party or not (own or giver in settings.HOSTED_PARTIES):
            continue
        counts = {"times": row.times, "officers": row.officers, "number": row.number}
        made.append(
            _line(
                giver, Disclosure.GIVEN, Disclosure.READ, row.party, row.record_id, what, **counts
            )
        )
    _write(made)


def _line(
    party: str, direction: str, event: str, other: str, record: UUID, told: Facts, **more: Any
) -> Disclosure:
    return Disclosure(
        party=party,
        direction=direction,
        event=event,
        other=other,
        at=clock.now(),
        record_id=record,
        **{**told.columns(), **more},
    )


def _write(lines: Iterable[Disclosure]) -> None:
    """Without reading anything back: who discloses does not see the ledger."""
    bulk.insert(list(lines))
