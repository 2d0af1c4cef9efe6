"""Answers of a Party on this node to a record that another Party here was not brought: they are kept back
until its own channel brings it, as answers that come from other nodes are (replaying.py), and end as those
do when it is not to come.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto import ids
from sharing.records import hearing
from sharing.records.models import OutboxRow

from .models import Item
from .replaying import GIVEN_UP_AFTER

#: (type, outcome) of what says that a record is not to come.
OVER = {(Item.VERSION, Item.REFUSED), (Item.WITHDRAWAL, Item.APPLIED)}
#: How many one transaction looks at.
BATCH = 500
#: So long after it ended it is looked whether what an answer is to came at that very moment.
LOOKED_AT = timedelta(days=1)


def count(party: str) -> Counter[str | None]:
    """How many are kept back from `party`, by the originator of what they answer."""
    if len(settings.HOSTED_PARTIES) < 2:
        return Counter()
    with acting_as(Identity.of_node(party)):
        rows = hearing.kept_back(Identity.of_node(party))
        return Counter(ids.party_of(pk) for pk in rows.values_list("about_id", flat=True) if pk)


def end(party: str) -> int:
    """End those whose record was refused for `party` or taken from it, or did not come for as long as
    an answer from elsewhere would wait; how many."""
    done, after = 0, 0
    while len(settings.HOSTED_PARTIES) > 1:
        with acting_as(Identity.of_node(party)):
            found = hearing.kept_back(Identity.of_node(party)).filter(pk__gt=after).order_by("pk")
            rows = list(found[:BATCH])
            over = _over(party, {row.about_id for row in rows if row.about_id})
            ended = [row for row in rows if row.about_id in over or _is_old(row)]
            hearing.end(ended)
        done += len(ended)
        if len(rows) < BATCH:
            break
        after = rows[-1].pk
    if len(settings.HOSTED_PARTIES) > 1:
        with acting_as(Identity.of_node(party)):
            hearing.begin_again_heard(Identity.of_node(party), since=clock.now() - LOOKED_AT)
    return done


def _is_old(row: OutboxRow) -> bool:
    return row.created_at < clock.now() - GIVEN_UP_AFTER


def _over(party: str, records: set[UUID]) -> set[UUID]:
    """Those of these of which the last that their originator's own channel brought the Party was
    refused, or took them away. What another Party says of them ends nothing."""
    return {
        pk for originator, own in _by_originator(records) for pk in _ended(party, originator, own)
    }


def _by_originator(records: set[UUID]) -> Iterator[tuple[str, list[UUID]]]:
    found = defaultdict(list)
    for pk in records:
        if originator := ids.party_of(pk):
            found[originator].append(pk)
    return iter(found.items())


def _ended(party: str, originator: str, records: list[UUID]) -> Iterator[UUID]:
    came = Item.objects.filter(
        channel__sender=originator,
        channel__recipient=party,
        record_id__in=records,
        type__in=(Item.VERSION, Item.WITHDRAWAL),
    )
    last = came.order_by("record_id", "-epoch", "-seq").distinct("record_id")
    for pk, kind, outcome in last.values_list("record_id", "type", "outcome"):
        if pk and (kind, outcome) in OVER:
            yield pk
