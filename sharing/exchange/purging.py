"""Whatever else this node keeps of what a withdrawn record said: counted and removed.

The record's own text, terms, links and search document go with the record (records.withdrawing). An
inbox item becomes a bare gravestone when the desk takes the withdrawal in; notifications, matches,
events and the log hold ids and references alone. What is left are answers of the API that are kept
for a day, items of the exchange that wait or were refused and so keep their text, and who opened the
record (unnaming.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from cordillera.access.identity import Identity
from cordillera.api import idempotency
from sharing.records.models import Record
from sharing.search.models import SearchDocument

from . import unnaming
from .formats.receipt import REFUSED, WAITING
from .models import Item


def count(sender: Any, records: Sequence[Record], **kwargs: Any) -> dict[UUID, dict[str, int]]:
    """Receiver of records.withdrawing.purging: what goes with these records beside themselves."""
    ids = [record.pk for record in records]
    documents = set(
        SearchDocument.objects.filter(record__in=ids).values_list("record_id", flat=True)
    )
    unnaming.forget(ids)
    exports = idempotency.forget_about([str(pk) for pk in ids])
    return {pk: {"documents": int(pk in documents), "exports": exports[str(pk)]} for pk in ids}


def forget_texts(node: Identity, records: Iterable[UUID]) -> dict[UUID, int]:
    """The sender withdrew these records: empty the kept texts of his items about them, and of
    anybody's answers that wait for them; how many versions of each record. What is not his stays
    as it is, whatever he says."""
    ids = list(records)
    came = Item.objects.filter(party=node.party, channel__recipient=node.party, type=Item.VERSION)
    his = came.filter(channel__sender=node.sender, record_id__in=ids)
    ours = set(his.values_list("record_id", flat=True))
    ours |= set(
        Record.objects.filter(pk__in=ids, originator=node.sender).values_list("pk", flat=True)
    )
    unnaming.forget([pk for pk in ours if pk])
    keys = Item.objects.filter(channel__sender=node.sender, channel__recipient=node.party)
    keys.filter(type=Item.KEY, record_id__in=ids).update(text="", detail="")
    kept = his.exclude(text="")
    counts = Counter(kept.values_list("record_id", flat=True))
    kept.filter(outcome=WAITING).update(outcome=REFUSED, reason="older-than-held")
    kept.update(text="", detail="")
    waiting = came.filter(outcome=WAITING, detail__in=[str(pk) for pk in ours])
    waiting.update(text="", detail="", outcome=REFUSED, reason="unknown-about")
    return dict(counts)  # type: ignore[arg-type]
