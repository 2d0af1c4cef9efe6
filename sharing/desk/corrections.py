"""A correction that arrived: which fields it puts right, and who knew the record as it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from sharing.records.models import Reading, Record, Version
from sharing.records.reading import corrections

from .models import InboxItem, Notification, Outcome

#: So much of the fields' paths is kept with a notification.
MOST = 150


def fields(records: Collection[Record]) -> dict[UUID, tuple[str, ...]]:
    """Of each record the paths of the corrected fields, by the last version before that the Party
    has."""
    if not records:
        return {}
    earlier = Version.objects.filter(
        record__in=[record.pk for record in records],
        number__lt=F("record__current__number"),
        state__in=(Version.RELEASED, Version.SUPERSEDED),
    )
    last = earlier.order_by("record_id", "-number").distinct("record_id")
    before = {version.record_id: version for version in last}
    return {
        record.pk: tuple(corrections.paths(before.get(record.pk), record.current))
        for record in records
        if record.current is not None
    }


def kept(paths: Iterable[str]) -> str:
    """As many of these as a notification holds, whole."""
    text = ""
    for path in paths:
        if len(text) + len(path) + 1 > MOST:
            break
        text = f"{text} {path}".strip()
    return text


def words(kind: str, detail: str) -> str:
    """The kept paths in the reader's language, as "Corrected: Observed, Goods 1 › HS code"."""
    named = ", ".join(corrections.labels(kind, detail.split()))
    return _("Corrected: %(fields)s") % {"fields": named} if named else ""


def who_knew(party: str, records: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Officers of the Party who read these records, were told of them, or dealt with them."""
    wanted = list(records)
    knew: dict[UUID, set[UUID]] = defaultdict(set)
    if not wanted:
        return knew
    rows: list[tuple[UUID | None, UUID | None]] = []
    rows += Reading.objects.filter(record__in=wanted).values_list("record", "officer")
    told = Notification.objects.filter(party=party, record__in=wanted)
    rows += told.values_list("record", "officer").distinct()
    items = InboxItem.objects.filter(party=party, record__in=wanted)
    rows += items.values_list("record", "outcome_by")
    rows += items.values_list("record", "assignee")
    past = Outcome.objects.filter(party=party, item__record__in=wanted)
    rows += past.values_list("item__record", "outcome_by")
    for record, officer in rows:
        if record and officer:
            knew[record].add(officer)
    return knew
