"""What the last thirty days would have raised: the rules themselves, run over the log again."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from audit.models import Entry
from cordillera import clock

from ..models import Thresholds
from . import steps as stepping
from .rules import judge, opened_by_day

SPAN = timedelta(days=30)
#: More entries than this are not gone through while an auditor waits: the latest are.
MOST = 40_000


def preview(party: str, limits: Thresholds) -> tuple[Counter[str], bool]:
    """How many notices by rule, at most one a day for an officer; and whether all days counted."""
    found = Entry.objects.filter(
        party=party, tag__in=stepping.TAGS, at__gte=clock.now() - SPAN
    ).exclude(actor="")
    entries = list(found.order_by("-at")[:MOST])
    people = stepping.officers(party, None, limits)
    by_id = {who.pk: who for who in people.values()}
    raised: set[tuple[object, str, object]] = set()
    for officer, steps in stepping.of_entries(party, entries, people).items():
        who = by_id[officer]
        history = {} if who.is_system else opened_by_day(steps)
        for finding in judge(steps, who.held_to(limits), history):
            raised.add((officer, finding.rule, finding.begins_at.date()))
    return Counter(rule for _officer, rule, _day in raised), len(entries) < MOST
