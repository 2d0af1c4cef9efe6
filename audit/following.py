"""The log read on from where somebody stopped, in the order in which entries got their index.

An entry has no index before its transaction is over, so whoever goes by the index misses none,
however late it comes; going by the time of entries he would.
"""

from __future__ import annotations

from collections.abc import Collection

from .database import whole_log
from .models import Entry, Leaf
from .tree import size

#: At most so many entries of the log are looked at in one step.
STEP = 20_000


def after(
    party: str, index: int, tags: Collection[str], most: int = STEP
) -> tuple[int, list[Entry]]:
    """The Party's entries with these tags among the next `most` of the log from `index` on, and
    the index from which to go on; it is the same where nothing has come since."""
    with whole_log():
        end = min(index + most, size())
        if end <= index:
            return index, []
        placed = Leaf.objects.filter(index__gte=index, index__lt=end).values("entry_id")
        found = Entry.objects.filter(party=party, tag__in=list(tags), pk__in=placed)
        return end, list(found.order_by("at", "id"))
