"""Readers' names go with the record that they opened: when it is purged, is withdrawn from their Party
or becomes TLP:RED. At its originator they stand beside the counts, at their own Party in what is to
be told and in the statements that tell it, which lose them as well once they are receipted or the Party
chooses to name nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as, present
from cordillera.parties import keys
from sharing.records.models import Readership, Reading, Record, Version

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
        opened = Reading.objects.filter(party=acting.party, record__in=list(records))
        opened.exclude(named_at=None).update(named_at=None)
        # Whoever else these name is told of once more: a recipient keeps each once.
        Report.objects.filter(item__in=numbered, item__outcome=Item.QUEUED).update(item=None)
        _empty(acting.party, Item.objects.filter(pk__in=numbered))


def hide(sender: Any, party: str, other: str, **kwargs: Any) -> None:
    """Receiver of agreements.hidden: what was to be told to the other Party names nobody any more."""
    with acting_as(Identity.of_node(party)):
        Report.objects.filter(party=party, originator=other, event=Report.NAMED).delete()
        _empty(party, Item.objects.filter(channel__sender=party, channel__recipient=other))


def settled(items: Iterable[Item]) -> None:
    """These were receipted. Who is in the ones that name readers was told, and is told anew with his
    next opening, should the recipient lose it."""
    gone = [one.pk for one in items if one.type == Item.READERS]
    if gone:
        Report.objects.filter(item__in=gone).delete()
        Item.objects.filter(pk__in=gone).update(text="")


def _empty(party: str, items: QuerySet[Item]) -> None:
    """An empty report takes the number of what was not receipted yet."""
    naming = items.filter(type=Item.READERS).exclude(text="")
    naming.exclude(outcome=Item.QUEUED).update(text="")
    if not naming.exists():
        return
    # Before it leaves it is signed again with the key that the recipient believes then.
    text = statements.state(party, keys.signing_key(party), Stated(()), clock.now())
    naming.update(type=Item.REPORT, text=text)
