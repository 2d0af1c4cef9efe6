"""Take away what was taken in from a remote Party: withdrawn by its originator, purged, expired.

Called as receiving.py is: as `Identity.of_node(party, sender=originator)`, in the transaction of the
statement that came.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Func, Value
from django.dispatch import Signal

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as

from . import brought, lifecycle, outbox, projection
from .attachments import keeping
from .models import Link, OutboxRow, Record, Term, Version

#: What stands in the place of a purged version's signed text.
PURGED_TEXT = "purged"
#: Sent with `records` before their content goes: each receiver removes what it holds of them and
#: returns how many of what, by record: {UUID: {"documents": 1}}.
purging = Signal()

#: The columns that a purge empties or sets.
EMPTIED = [
    *("title", "summary", "featured", "typology", "contains", "unit_name"),
    *("state", "recalled_at", "updated_at"),
]
#: What a purged version's row still says.
EMPTY: dict[str, Any] = {
    "body": {},
    "handling": {},
    "jws": PURGED_TEXT,
    "state": Version.SUPERSEDED,
}
#: How many of what were removed, by record and name.
Purged = dict[UUID, dict[str, int]]


def withdraw(node: Identity, records: Sequence[UUID]) -> Purged:
    """The Party sees these records no more. Where no other Party hosted here has them either, what
    they said is purged; their references stay as gravestones."""
    held, behind = _held(node, records)
    seen = {
        pk: behind[pk].get(node.party) or record
        for pk, record in held.items()
        if node.party in behind[pk] or node.party in record.audience
    }
    gone, kept = list[Record](), list[Record]()
    for pk in seen:
        elsewhere = {*brought.others(node.party, held[pk]), *behind[pk]} - {node.party}
        (kept if elsewhere else gone).append(held[pk])
    told = [(copy.copy(row), OutboxRow.RECALLED) for row in seen.values()]
    counted = _take_from(node, kept, behind)
    # First the answers: they are seen only with what they answer.
    _purge_answers(node, gone)
    brought.forget([row for record in gone for row in behind[record.pk].values()])
    counted |= purge(gone)
    outbox.pass_on(told, node.party)
    return counted


def _held(
    node: Identity, records: Sequence[UUID]
) -> tuple[dict[UUID, Record], dict[UUID, dict[str, Record]]]:
    """The sender's among these records, and the rows of Parties that are behind."""
    locked = Record.objects.select_for_update().in_bulk(records)
    held = {pk: record for pk, record in locked.items() if record.originator_id == node.sender}
    behind = brought.behind(held)
    return held, {pk: behind.get(pk, {}) for pk in held}


def _take_from(
    node: Identity, records: Sequence[Record], behind: dict[UUID, dict[str, Record]]
) -> Purged:
    """The Party has these no more, others hosted here do; the versions that nobody has are purged."""
    if not records:
        return {}
    for record in records:
        row = behind[record.pk].pop(node.party, None)
        if row is not None:
            brought.forget([row])
            continue
        record.audience = [code for code in record.audience if code != node.party]
        if brought.others(node.party, record):
            record.save()
        else:
            brought.step_forward(record, behind[record.pk].values())
    versions = Version.objects.filter(record__in=records)
    without = Func(F("brought_to"), Value(node.party), function="array_remove")
    versions.filter(brought_to__contains=[node.party]).update(brought_to=without)
    nobodys = versions.filter(brought_to=[]).exclude(jws=PURGED_TEXT)
    counted = {pk: {"versions": many} for pk, many in _by_record(nobodys).items()}
    nobodys.update(**EMPTY)
    for pk, many in keeping.destroy_unlisted(records).items():
        counted.setdefault(pk, {})["attachments"] = many
    return counted


def _purge_answers(node: Identity, records: Sequence[Record]) -> None:
    """Other Parties' answers to a purged record speak of it, so they go with it."""
    answers = Record.objects.filter(about__in=records).exclude(state=lifecycle.DELETED)
    senders = set(answers.values_list("originator_id", flat=True))
    for sender in senders - set(settings.HOSTED_PARTIES):
        with acting_as(Identity.of_node(node.party, sender=sender)):
            purge(list(answers.filter(originator_id=sender)))


def purge(records: Sequence[Record]) -> Purged:
    """Remove for good what these received records said, wherever it is kept."""
    if not records:
        return {}
    counted = remove_beside(records)
    projection.forget(records)
    now = clock.now()
    for record in records:
        record.state, record.recalled_at, record.updated_at = lifecycle.DELETED, now, now
        record.contains, record.unit_name = [], ""
    Record.objects.bulk_update(records, EMPTIED)
    # After the records: a released version is emptied with a deleted one alone.
    Version.objects.filter(record__in=records).update(brought_to=[], **EMPTY)
    return counted


def remove_beside(records: Sequence[Record]) -> Purged:
    """Have everyone remove what he holds of these records; how many of what there are, with what
    the records themselves still hold."""
    counted = _counts(records)
    answers: Any = purging.send(sender=Record, records=records)
    for _, found in answers:
        for pk, more in found.items():
            counted[pk].update(more)
    return counted


def _counts(records: Sequence[Record]) -> Purged:
    versions = Version.objects.filter(record__in=records).exclude(jws=PURGED_TEXT)
    terms = Counter(_by_record(Term.objects.filter(record__in=records)))
    terms.update(_by_record(Link.objects.filter(record__in=records)))
    signed = _by_record(versions)
    return {
        record.pk: {
            "versions": signed.get(record.pk, 0),
            "terms": terms[record.pk],
            "documents": 0,
            "exports": 0,
            "attachments": 0,
        }
        for record in records
    }


def _by_record(rows: Any) -> dict[UUID, int]:
    return dict(rows.order_by().values_list("record_id").annotate(Count("pk")))


def expire(node: Identity, records: Sequence[UUID]) -> None:
    """These records are out of force for the Party: still readable, no longer in use."""
    held, behind = _held(node, records)
    changed, shown = [], list[brought.Shown]()
    for pk, record in held.items():
        row = behind[pk].get(node.party)
        if row is None and node.party not in record.audience:
            continue
        if (row or record).state != lifecycle.RELEASED:
            continue
        if row is None:
            shown += brought.standing(brought.leave_behind(node.party, record))
        elif row.current_id == record.current_id and record.state == lifecycle.EXPIRED:
            brought.forget([row])
            record.audience = sorted({*record.audience, node.party})
            row = None
        else:
            row.state, row.updated_at = lifecycle.EXPIRED, clock.now()
            shown += brought.standing([row])
        if row is None:
            record.state, record.updated_at = lifecycle.EXPIRED, clock.now()
        changed.append(row or record)
    own = [row for row in changed if not row.behind]
    Record.objects.bulk_update(own, ["state", "updated_at", "audience"])
    brought.keep(shown)
    outbox.pass_on([(record, OutboxRow.EXPIRED) for record in changed], node.party)
