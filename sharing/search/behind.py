"""The open record behind a search for persons: one that the officer himself is working on.

He wrote in it, or what another room registers, as that he was given it to deal with. Which one it is
goes into the log beside the purpose; searches for persons without one are looked at by the auditors.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from cordillera import clock
from cordillera.access.identity import Identity
from sharing.records import lifecycle, queries
from sharing.records.models import Record, Version

MOST = 30
#: What an officer has not touched for so long is not offered; he can still name it over the API.
LATELY = timedelta(days=90)
OPEN = (*lifecycle.BEFORE_RELEASE, *lifecycle.ANSWERABLE)

#: Answers a filter of the records that the officer is working on.
Source = Callable[[Identity], Q]
_sources: list[Source] = []


def register(source: Source) -> None:
    if source not in _sources:
        _sources.append(source)


def _working_on(identity: Identity) -> QuerySet[Record]:
    if identity.account is None:
        return Record.objects.none()
    wrote = Version.objects.filter(
        authors__contains=[identity.account], originator=identity.party
    ).values("record")
    working = Q(originator=identity.party, pk__in=wrote)
    for source in _sources:
        working |= source(identity)
    return queries.visible(identity).filter(working, state__in=OPEN, about=None)


def offered(identity: Identity) -> list[Record]:
    """Those that he worked on lately, the last one first."""
    since = clock.now() - LATELY
    return list(_working_on(identity).filter(updated_at__gte=since).order_by("-updated_at")[:MOST])


def find(identity: Identity, name: str) -> Record | None:
    """The record with this reference (a draft: this id), if he is working on it."""
    try:
        wanted = Q(pk=UUID(name))
    except ValueError:
        wanted = Q(reference=name)
    return _working_on(identity).filter(wanted).first()


def name_of(record: Record) -> str:
    return record.reference or str(record.pk)
