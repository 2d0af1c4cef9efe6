"""Take away what was taken in from a remote Party: withdrawn by its originator, purged, expired.

Called as receiving.py is: as `Identity.of_node(party, sender=originator)`, in the transaction of the
statement that came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count
from django.dispatch import Signal

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as

from . import lifecycle, outbox, projection
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
#: How many of what were removed, by record and name.
Purged = dict[UUID, dict[str, int]]


def withdraw(node: Identity, records: Sequence[UUID]) -> Purged:
    """The Party sees these records no more. Where no other Party hosted here has them either, what
    they said is purged; their references stay as gravestones."""
    held = Record.objects.select_for_update().in_bulk(records)
    own = [r for r in held.values() if r.originator_id == node.sender and node.party in r.audience]
    kept = [record for record in own if _others_here(node, record)]
    gone = [record for record in own if not _others_here(node, record)]
    for record in kept:
        record.audience = [code for code in record.audience if code != node.party]
    Record.objects.bulk_update(kept, ["audience"])
    # First the answers: they are seen only with what they answer.
    _purge_answers(node, gone)
    counted = purge(gone)
    outbox.pass_on([(record, OutboxRow.RECALLED) for record in own], node.party)
    return counted


def _others_here(node: Identity, record: Record) -> list[str]:
    return [c for c in record.audience if c in settings.HOSTED_PARTIES and c != node.party]


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
    Version.objects.filter(record__in=records).update(
        body={}, handling={}, jws=PURGED_TEXT, state=Version.SUPERSEDED
    )
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
    """These records are out of force: still readable, no longer in use."""
    held = Record.objects.select_for_update().filter(
        pk__in=records, originator_id=node.sender, state=lifecycle.RELEASED
    )
    changed = list(held)
    for record in changed:
        record.state, record.updated_at = lifecycle.EXPIRED, clock.now()
    Record.objects.bulk_update(changed, ["state", "updated_at"])
    outbox.pass_on([(record, OutboxRow.EXPIRED) for record in changed], node.party)
