"""Whatever else this node keeps of what a withdrawn record said: counted and removed.

The record's own text, terms, links and search document go with the record (records.receiving). An
inbox item becomes a bare gravestone when the desk takes the withdrawal in; notifications, matches,
events and the log hold ids and references alone. What is left are answers of the API that are kept
for a day, and items of the exchange that wait or were refused and so keep their text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from cordillera.api import idempotency
from sharing.records.models import Record
from sharing.search.models import SearchDocument

from .formats.receipt import REFUSED, WAITING
from .models import Item


def count(sender: Any, records: Sequence[Record], **kwargs: Any) -> dict[UUID, dict[str, int]]:
    """Receiver of records.receiving.purging: what goes with these records beside themselves."""
    ids = [record.pk for record in records]
    documents = set(
        SearchDocument.objects.filter(record__in=ids).values_list("record_id", flat=True)
    )
    return {
        pk: {"documents": int(pk in documents), "exports": idempotency.forget_about(str(pk))}
        for pk in ids
    }


def forget_texts(party: str, records: Iterable[UUID]) -> dict[UUID, int]:
    """Empty the kept texts of these records' items, and of answers that wait for them; how many
    versions of each record."""
    ids = list(records)
    came = Item.objects.filter(party=party, channel__recipient=party, type=Item.VERSION)
    kept = came.exclude(text="").filter(record_id__in=ids)
    counts: dict[UUID, int] = {}
    for pk in kept.values_list("record_id", flat=True):
        counts[pk] = counts.get(pk, 0) + 1  # type: ignore[index, arg-type]
    kept.filter(outcome=WAITING).update(outcome=REFUSED, reason="older-than-held")
    kept.update(text="", detail="")
    waiting = came.filter(outcome=WAITING, detail__in=[str(pk) for pk in ids])
    waiting.update(text="", detail="", outcome=REFUSED, reason="unknown-about")
    return counts
