"""References like US-OA-2026-00412: unique and gapless per Party, kind and year."""

from __future__ import annotations

import re

from cordillera import clock

from . import kinds
from .models import Counter

PATTERN = re.compile(r"\b([A-Z]{2})-([A-Z]{2})-(\d{4})-(\d{5,})\b")


def next_reference(party: str, kind: str) -> str:
    """Take the next number. The counter's row stays locked until the transaction ends, so a
    transaction that fails gives its number back and the series has no gap."""
    year = clock.now().year
    key = {"party_id": party, "kind": kind, "year": year}
    Counter.objects.bulk_create([Counter(**key)], ignore_conflicts=True)
    counter = Counter.objects.select_for_update().get(**key)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{party}-{kinds.get(kind).letters}-{year}-{counter.last:05d}"
