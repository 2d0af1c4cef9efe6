"""Readers' names go with the record that they opened: when it is purged, is withdrawn from their Party
or becomes TLP:RED. At its originator they stand beside the counts, at their own Party in what is to
be told and in the statements that told it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as, present
from cordillera.parties import keys
from sharing.records.models import Readership, Record, Version

from . import statements
from .formats.statement import Report as Stated
from .models import Item, Report


def relabelled(sender: Any, pairs: Iterable[tuple[Record, Version | None]], **kwargs: Any) -> None:
    """Receiver of records.projection.projected: what is RED by now, and may have been something else."""
    forget(
        [
            record.pk
            for record, version in pairs
            if version is not None and version.tlp == "RED" and version.number > 1
        ]
    )


def forget(records: Collection[UUID]) -> None:
    """As far as the present Party holds them, who opened these records is named nowhere any more."""
    acting = present()
    if acting is None or not records:
        return
    with acting_as(Identity.of_node(acting.party)):
        kept = Readership.objects.filter(record__in=list(records))
        kept.exclude(readers=[]).update(readers=[])
        told = Report.objects.filter(
            party=acting.party, event=Report.NAMED, record_id__in=list(records)
        )
        numbered = [pk for pk in told.values_list("item", flat=True) if pk]
        told.delete()
        _empty(acting.party, numbered)


def _empty(party: str, numbered: Sequence[int]) -> None:
    """An empty report takes the number of what was not receipted yet, and whoever else it names is
    told of once more: a recipient keeps each once."""
    items = Item.objects.filter(pk__in=numbered, type=Item.READERS)
    waiting = list(items.filter(outcome=Item.QUEUED).values_list("pk", flat=True))
    items.exclude(outcome=Item.QUEUED).update(text="")
    if not waiting:
        return
    Report.objects.filter(item__in=waiting).update(item=None)
    # Before it leaves it is signed again with the key that the recipient believes then.
    text = statements.state(party, keys.signing_key(party), Stated(()), clock.now())
    items.filter(pk__in=waiting).update(type=Item.REPORT, text=text)
