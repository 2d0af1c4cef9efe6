"""What recipients report of our records: applied late, refused, read (and by whom), purged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q

from cordillera import events
from sharing.records import lifecycle
from sharing.records.attachments.room import OVER_QUOTA
from sharing.records.models import Readership, Record

from . import naming, reporting
from .applying import Context, Taken, carries_out
from .contents import is_held_back
from .formats.manifest import Manifest
from .formats.receipt import APPLIED
from .formats.statement import Named, Readers, Report, ReportEntry
from .models import Channel, Item
from .models import Report as Event
from .settling import reached

CHANGED = ["outcome", "reason", "settled_at", "read_at", "purged_at", "purged"]


@carries_out(Item.REPORT)
def reports(context: Context, run: Sequence[Taken]) -> None:
    """Note on what we sent what its recipient says of it. What it never got from us is passed over:
    a Party reports of its own copies alone."""
    entries = [
        entry for one in run if isinstance(one.content, Report) for entry in one.content.entries
    ]
    party, recipient = context.node.party, context.node.sender
    sent = _sent(party, recipient, {entry.record for entry in entries})
    ours = Record.objects.filter(originator=party).in_bulk(list(sent))
    changed: dict[int, Item] = {}
    happened: list[tuple[Item, str]] = []
    read: dict[UUID, ReportEntry] = {}
    for entry in entries:
        if entry.record not in ours:
            continue
        if entry.event == Event.READ:
            read[entry.record] = entry
        for item in _concerned(entry, sent[entry.record]):
            changed[item.pk] = item
            if item.type != Item.KEY:
                happened.append((item, entry.event))
    Item.objects.bulk_update(changed.values(), CHANGED)
    if changed:
        reached.send(Item, party=party, recipient=recipient, happened=happened)
    _keep_readership(recipient, read)
    _tell(party, [ours[pk] for pk in {entry.record for entry in entries} if pk in ours])
    for one in run:
        one.become(APPLIED)


@carries_out(Item.READERS)
def readers(context: Context, run: Sequence[Taken]) -> None:
    """Note by whom our records were opened, where their Party says so. What it never got from us is
    passed over, and what is TLP:RED or deleted: of that nobody is named."""
    entries = [
        entry for one in run if isinstance(one.content, Readers) for entry in one.content.entries
    ]
    party, recipient = context.node.party, context.node.sender
    sent = _sent(party, recipient, {entry.record for entry in entries})
    open_ones = Record.objects.exclude(tlp="RED").exclude(state=lifecycle.DELETED)
    ours = open_ones.filter(originator=party).in_bulk(list(sent))
    naming.keep(recipient, _named(entry for entry in entries if entry.record in ours))
    _tell(party, ours.values())
    for one in run:
        one.become(APPLIED)


def _named(entries: Iterable[Named]) -> dict[UUID, list[naming.Reader]]:
    found: dict[UUID, list[naming.Reader]] = defaultdict(list)
    for entry in entries:
        found[entry.record] += [reader.to_fields() for reader in entry.readers]
    return found


def _sent(party: str, recipient: str, records: set[UUID]) -> dict[UUID, list[Item]]:
    """What went to the recipient of these records, in order; also what is under way to him, for his
    word of it may come before his receipt is written down here. Locked: that may happen just now. Of
    what was held back he got the number alone."""
    found = defaultdict(list)
    channel = Channel.objects.filter(sender=party, recipient=recipient).first()
    left = Q(sent_at__isnull=False)
    if channel is not None and channel.manifest:
        left |= Q(epoch=channel.epoch, seq__lte=Manifest.peek(channel.manifest).last)
    rows = Item.objects.filter(left, channel=channel, record_id__in=records)
    for item in rows.select_for_update(of=("self",), no_key=True).order_by("epoch", "seq"):
        if not is_held_back(item):
            found[item.record_id].append(item)
    return dict(found)  # type: ignore[arg-type]


def _concerned(entry: ReportEntry, sent: list[Item]) -> Iterable[Item]:
    """The items that the entry is about, changed. The files of what was withdrawn since have not come."""
    gone = max((at for at, item in enumerate(sent) if _is_withdrawn(item)), default=-1)
    for at, item in enumerate(sent):
        if item.type == Item.KEY and at < gone:
            continue
        if _is_read(entry, item):
            item.read_at = entry.at
            yield item
        elif _is_purged(entry, item):
            item.purged_at, item.purged = entry.at, entry.purged or {}
            yield item
        elif _is_settled(entry, item):
            item.outcome, item.reason = entry.event, entry.reason or ""
            item.settled_at = entry.at
            yield item


def _is_withdrawn(item: Item) -> bool:
    return item.type == Item.WITHDRAWAL and item.outcome == APPLIED


def _is_read(entry: ReportEntry, item: Item) -> bool:
    version = item.type == Item.VERSION and item.number <= entry.number
    return entry.event == Event.READ and version and item.read_at is None


def _is_purged(entry: ReportEntry, item: Item) -> bool:
    withdrawal = item.type == Item.WITHDRAWAL
    return entry.event == Event.PURGED and withdrawal and item.purged_at is None


def _is_settled(entry: ReportEntry, item: Item) -> bool:
    if item.number != entry.number:
        return False
    if item.type == Item.KEY:
        return _is_of_files(entry, item)
    if item.type != Item.VERSION or item.outcome == APPLIED:
        return False
    # Refused once is refused, whatever reasons follow: else each would be another line of the ledger.
    return entry.event == Event.APPLIED or (
        entry.event == Event.REFUSED and item.outcome != Event.REFUSED
    )


def _is_of_files(entry: ReportEntry, item: Item) -> bool:
    """A file finds no room there, whose version was taken; or does by now."""
    if entry.event == Event.REFUSED:
        return item.outcome in (APPLIED, Item.QUEUED) and entry.reason == OVER_QUOTA
    return entry.event == Event.APPLIED and item.reason == OVER_QUOTA


def _keep_readership(recipient: str, read: dict[UUID, ReportEntry]) -> None:
    """Counts only grow: an older report that comes late changes nothing."""
    held = {
        row.record_id: row
        for row in Readership.objects.filter(party=recipient, record__in=list(read))
    }
    made = []
    for pk, entry in read.items():
        old = held.get(pk)
        opened, officers = entry.opened or 1, entry.officers or 1
        if old and old.times >= opened:
            continue
        made.append(
            Readership(
                record_id=pk,
                party=recipient,
                number=max(entry.number, old.number if old else 0),
                times=opened,
                officers=max(officers, old.officers if old else 0),
                first_at=old.first_at if old else entry.at,
                last_at=entry.at,
            )
        )
    reporting.keep(made)


def _tell(party: str, records: Iterable[Record]) -> None:
    """The originator's open pages of these records show it."""
    events.emit_all(
        events.News(
            party, "record", record.pk, tuple(record.named) if record.tlp == "RED" else None
        )
        for record in records
    )
