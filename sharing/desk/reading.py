"""Items and notifications as their lists show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cordillera.access.identity import Identity
from sharing.records import codes, disputes, kinds
from sharing.records.models import Record

from . import corrections, queries
from .models import InboxItem, Notification, open_record


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the inbox."""

    item: InboxItem
    url: str
    title: str
    place: str
    to: str
    unread: bool
    selected: bool
    disputed: bool


def entries(
    identity: Identity, items: list[InboxItem], selected: UUID | None, query: str
) -> list[Entry]:
    disputes.mark(open_record(one.record) for one in items)
    unread = queries.unread_records(identity, [i.record_id for i in items if i.record_id])
    return [_entry(item, item.record_id in unread, selected, query) for item in items]


def _entry(item: InboxItem, unread: bool, selected: UUID | None, query: str) -> Entry:
    url, record = reverse("inbox-item", args=[item.pk]), open_record(item.record)
    return Entry(
        item,
        url=f"{url}?{query}" if query else url,
        title=title(item),
        place=place(record) if record else "",
        to=", ".join(p for p in _audience(record) if p != item.originator),
        unread=unread,
        selected=item.pk == selected,
        disputed=record is not None and record.is_disputed,
    )


def _audience(record: Record | None) -> list[str]:
    return list(record.released_to) if record else []


def title(item: InboxItem) -> str:
    """The record's title; of a gravestone only what kind of record it was."""
    if item.record is None or item.is_gravestone:
        return str(_("%(kind)s recalled") % {"kind": kinds.get(item.kind).label})
    return item.record.display_title or item.reference


def place(record: Record) -> str:
    """Where and what, short: the places, then what else the kind features, in its order."""
    language = (translation.get_language() or "en")[:2]
    kind = kinds.get(record.kind)
    features = {path: record.featured[path] for path in kind.featured if path in record.featured}
    places = codes.get("unlocode")
    found = [
        places.label(str(value), language)
        for path, value in features.items()
        if path.rpartition(".")[2] == "place"
    ]
    others = {path: value for path, value in features.items() if not path.endswith("place")}
    words = [text for _label, text in kind.show_featured(others, language)]
    return " · ".join([*found, *(_short(text) for text in words if text)][:3])


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Line:
    """One notification as it is shown: what, about what, and where it leads."""

    notification: Notification
    title: str
    url: str
    detail: str

    @property
    def moment(self) -> datetime:
        return self.notification.created_at


def lines(identity: Identity, found: Iterable[Notification]) -> list[Line]:
    """Notifications with what this officer may see now of what they are about."""
    rows = list(found)
    items = _items(identity, [row.record_id for row in rows if row.record_id])
    return [Line(row, _words(row), _address(row, items), _detail(row)) for row in rows]


def _detail(row: Notification) -> str:
    """The officer's own words, or the fields that were corrected in the reader's."""
    if row.record_id is None or not row.detail:
        return ""
    return corrections.words(row.kind, row.detail) if row.topic == "corrected" else row.detail


def _items(identity: Identity, records: list[Any]) -> dict[UUID, UUID]:
    found = InboxItem.objects.visible_to(identity).filter(record__in=records)
    return dict(found.values_list("record", "pk"))


def _words(row: Notification) -> str:
    if record := open_record(row.record):
        return record.display_title or row.reference
    if row.topic == "matched":
        return row.detail
    kind = str(kinds.get(row.kind).label) if row.kind else ""
    found = row.detail if row.topic in ("infected", "log_finding") else ""
    return " ".join(part for part in (kind, row.reference, found) if part)


#: topic -> where it leads, for what the rooms above the desk notify of; they enter it themselves.
ADDRESSES: dict[str, Callable[[Notification], str]] = {}


def _address(row: Notification, items: dict[UUID, UUID]) -> str:
    if leads := ADDRESSES.get(row.topic):
        return leads(row)
    if row.topic == "approval" and row.record_id:
        return reverse("approval", args=[row.record_id])
    if row.topic == "matched" and row.record_id is None:
        return reverse("saved-searches")
    if row.topic == "infected" and (own := _own_draft(row)):
        return _where_files_are(own)
    if item := items.get(row.record_id) if row.record_id else None:
        return reverse("inbox-item", args=[item])
    return reverse("record", args=[row.record_id]) if open_record(row.record) else ""


def _own_draft(row: Notification) -> Record | None:
    """The own Party's record that is being worked on, where a file was to be added."""
    record = open_record(row.record)
    if record is None or record.pending_id is None or record.originator_id != row.party_id:
        return None
    return record


def _where_files_are(record: Record) -> str:
    if record.about_id:
        name = "sighting-new" if record.kind == "sighting" else "comment-new"
        return f"{reverse(name, args=[record.about_id])}#f-attachments"
    return f"{reverse('record-edit', args=[record.pk])}#section-attachments"
