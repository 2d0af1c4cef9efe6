"""Records that arrived, as items of the Party's inbox."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from cordillera import bulk, clock
from cordillera.access.identity import Identity
from sharing.records import lifecycle
from sharing.records.models import OutboxRow, Record, Term

from . import concerned, corrections
from .models import InboxItem
from .notifying import Notice

#: What an arrival rewrites; the first arrival, the answers and own acknowledgement stay.
REWRITTEN = ["verb", "reference", "named", "priority", "typology", "places", "news_at"]
#: What an item has of its record. What the record says is left where it is.
COPIED = ("originator", "kind", "reference", "named", "tlp", "state", "priority", "typology")
REOPENED = [
    "reopened_at",
    "outcome",
    "outcome_by",
    "outcome_by_name",
    "outcome_at",
    "outcome_note",
    "unit",
    "assignee",
    "snoozed_until",
]


@dataclass(frozen=True, slots=True)
class Came:
    """An item as it now is, the row that brought it, and whether it needs a new outcome."""

    item: InboxItem
    row: OutboxRow
    is_news: bool
    #: The officers who had dealt with it, and the fields that a correction puts right.
    handled: tuple[UUID, ...] = ()
    corrected: tuple[str, ...] = ()


def put(node: Identity, rows: Iterable[OutboxRow]) -> dict[UUID, Came]:
    """Upsert an item for each row whose record the Party sees now; by record id.

    What counts is the record's present state: a release that was recalled meanwhile brings nothing.
    """
    wanted = {row.record_id: row for row in rows if row.verb != OutboxRow.RECALLED}
    seen = Record.objects.visible_to(node)
    records = list(seen.filter(pk__in=wanted).only(*COPIED))
    places = _places(wanted)
    corrected = {r.pk: r for r in _corrections(seen, wanted.values())}
    knew = corrections.who_knew(node.party, corrected)
    fields = corrections.fields(corrected.values())
    came = {}
    for record in records:
        row = wanted[record.pk]
        # Expiry changes nothing that an officer would have to decide anew.
        is_news = record.state != lifecycle.EXPIRED
        item = _item(node.party, record, row, places[record.pk], record.pk in corrected)
        handled = tuple(knew.get(record.pk, ()))
        came[record.pk] = Came(item, row, is_news, handled, fields.get(record.pk, ()))
    _save([one.item for one in came.values() if one.is_news], [*REWRITTEN, *REOPENED])
    _save([one.item for one in came.values() if not one.is_news], REWRITTEN)
    return came


def _save(items: list[InboxItem], fields: list[str]) -> None:
    bulk.upsert(items, unique=["party", "record"], update=fields)


def _corrections(seen: QuerySet[Record], rows: Iterable[OutboxRow]) -> QuerySet[Record]:
    """Those among what came that are corrections of what was here, with their versions."""
    amended = [row.record_id for row in rows if row.verb == OutboxRow.AMENDED]
    if not amended:
        return seen.none()
    found = seen.filter(pk__in=amended, current__body__has_key="correction")
    return found.select_related("current")


def _item(
    party: str, record: Record, row: OutboxRow, places: list[str], corrected: bool
) -> InboxItem:
    now = clock.now()
    verb = InboxItem.AMENDED if row.verb != OutboxRow.RELEASED else InboxItem.RELEASED
    return InboxItem(
        party_id=party,
        record=record,
        verb=InboxItem.CORRECTED if corrected else verb,
        originator=record.originator_id,
        kind=record.kind,
        reference=record.reference or "",
        named=list(record.named) if record.tlp == "RED" else None,
        priority=record.priority,
        typology=record.typology,
        places=places,
        arrived_at=now,
        news_at=now,
        reopened_at=now,
    )


def _places(records: Iterable[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    terms = Term.objects.filter(record__in=list(records), type="place").order_by("value")
    for record, value in terms.values_list("record_id", "value"):
        found[record].append(value[:10])
    return found


def notices(came: Iterable[Came], officers: list[concerned.Reader]) -> list[Notice]:
    """Who is told of what came: whom it concerns."""
    return [
        Notice(
            topic=one.item.verb,
            key=f"arrival:{one.row.pk}",
            officers=_told(one, officers),
            record_id=one.item.record_id,
            reference=one.item.reference,
            kind=one.item.kind,
            sender=one.item.originator,
            detail=corrections.kept(one.corrected),
        )
        for one in came
        if one.is_news
    ]


def _told(one: Came, officers: list[concerned.Reader]) -> tuple[UUID, ...]:
    """Whom it concerns; of a correction also everybody who knew the record as it was."""
    found = concerned.by_arrival(one.item, officers)
    knew = concerned.among(one.handled, officers)
    if one.item.named is not None:
        knew = [pk for pk in knew if pk in one.item.named]
    return tuple(dict.fromkeys([*found, *knew]))
