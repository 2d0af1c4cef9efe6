"""What was recalled: an item that keeps its originator, kind, reference and when, nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cordillera import clock
from cordillera.access.identity import Identity
from sharing.records.models import OutboxRow, Record

from . import concerned
from .items import Came
from .models import InboxItem, Notification
from .notifying import Notice

BARE = {
    "verb": InboxItem.RECALLED,
    "priority": "",
    "typology": [],
    "places": [],
    "answers": 0,
    "answer_kind": "",
    "answer_party": "",
    "outcome": "",
    "outcome_by": None,
    "outcome_by_name": "",
    "outcome_at": None,
    "outcome_note": "",
    "unit": None,
    "assignee": None,
    "snoozed_until": None,
}


@dataclass(frozen=True, slots=True)
class Gone:
    """A recalled record, the officers who had heard of it, and whom the item is for."""

    record_id: UUID
    key: str
    reference: str
    kind: str
    originator: str
    named: list[UUID] | None
    knew: tuple[UUID, ...]


def put(node: Identity, rows: Iterable[OutboxRow]) -> list[Gone]:
    """Turn the items of these rows' records into gravestones. A record that was recalled before it
    ever arrived leaves none: nobody has anything to forget."""
    by_record = {row.record_id: row for row in rows}
    found = InboxItem.objects.filter(party_id=node.party, record__in=by_record)
    kept = list(found.values_list("record", "reference", "kind", "originator", "named"))
    deciders = dict(found.exclude(outcome_by=None).values_list("record", "outcome_by"))
    knew = _knew(node.party, by_record)
    now = clock.now()
    found.update(**BARE, news_at=now, reopened_at=now)
    return [
        Gone(
            record,
            f"arrival:{by_record[record].pk}",
            reference,
            kind,
            originator,
            named,
            tuple({*knew[record], *filter(None, [deciders.get(record)])}),
        )
        for record, reference, kind, originator, named in kept
    ]


def bare(sender: Any, records: Sequence[Record], **kwargs: Any) -> dict[UUID, dict[str, int]]:
    """Receiver of records.withdrawing.purging: what an item is filtered by goes with its record, also
    where no worker turns it into a gravestone for a while."""
    items = InboxItem.objects.filter(record__in=[record.pk for record in records])
    items.update(priority="", typology=[], places=[])
    return {}


def _knew(party: str, records: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Who was ever notified of these records."""
    told: dict[UUID, set[UUID]] = defaultdict(set)
    rows = Notification.objects.filter(party_id=party, record__in=list(records))
    for record, officer in rows.values_list("record", "officer").distinct():
        told[record].add(officer)
    return told


def notices(
    gone: Iterable[Gone], came: Iterable[Came], officers: list[concerned.Reader]
) -> list[Notice]:
    """A recall reaches everyone who had heard of the record; so does an amendment that narrows a
    record to named officers reach those who are not among them."""
    told = [
        Notice(
            "recalled",
            one.key,
            tuple(concerned.among(one.knew, officers)),
            one.record_id,
            one.reference,
            one.kind,
            one.originator,
        )
        for one in gone
    ]
    narrowed = [one for one in came if one.item.named is not None]
    return told + _left_out(narrowed, officers)


def _left_out(narrowed: list[Came], officers: list[concerned.Reader]) -> list[Notice]:
    if not narrowed:
        return []
    knew = _knew(narrowed[0].item.party_id, [one.item.record_pk for one in narrowed])
    return [
        Notice(
            "recalled",
            f"left-out:{one.row.pk}",
            tuple(concerned.among(knew[one.item.record_pk] - set(one.item.named or ()), officers)),
            one.item.record_pk,
            one.item.reference,
            one.item.kind,
            one.item.originator,
        )
        for one in narrowed
    ]
