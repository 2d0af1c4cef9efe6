"""Which officers of a Party an arrival concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, OuterRef, Subquery

from cordillera.access.identity import READING_ROLES, SUPERVISOR
from cordillera.parties.models import Officer

from .models import InboxItem, Reach

PRESSING = ("high", "urgent")


@dataclass(frozen=True, slots=True)
class Reader:
    """An officer who reads records: where he serves, and of what he wants to be notified."""

    pk: UUID
    roles: frozenset[str]
    port: str
    reach: str


def readers(party: str) -> list[Reader]:
    """The Party's active officers who read records, in one query."""
    chosen = Reach.objects.filter(officer=OuterRef("pk")).values("reach")
    rows = (
        Officer.objects.filter(
            party_id=party, is_active=True, is_system=False, roles__overlap=list(READING_ROLES)
        )
        .annotate(port=F("unit__port"), reach=Subquery(chosen))
        .values_list("pk", "roles", "port", "reach")
    )
    return [
        Reader(pk, frozenset(roles), port or "", reach or Reach.PORT)
        for pk, roles, port, reach in rows
    ]


def supervisors(party: str) -> list[UUID]:
    """The Party's active supervisors."""
    found = Officer.objects.filter(
        party_id=party, is_active=True, is_system=False, roles__contains=[SUPERVISOR]
    )
    return list(found.values_list("pk", flat=True))


def by_arrival(item: InboxItem, officers: Iterable[Reader]) -> list[UUID]:
    """Whom the item's arrival concerns: the named officers of a TLP:RED record, and them alone;
    else by what each wants to hear of."""
    if item.named is not None:
        named = set(item.named)
        return [officer.pk for officer in officers if officer.pk in named]
    here = {place for place in item.places if place.startswith(item.party_id)}
    return [officer.pk for officer in officers if _wants(officer, item, here)]


def _wants(officer: Reader, item: InboxItem, here: set[str]) -> bool:
    if officer.reach == Reach.NONE:
        return False
    if officer.reach == Reach.ALL or item.priority == "urgent":
        return True
    if officer.reach == Reach.URGENT:
        return item.priority in PRESSING
    # A record that names no place in this country concerns every port of it.
    return not officer.port or not here or officer.port in here


def among(wanted: Iterable[UUID], officers: Iterable[Reader]) -> list[UUID]:
    """Those of `wanted` who are active readers of the Party."""
    known = {officer.pk for officer in officers}
    return [pk for pk in dict.fromkeys(wanted) if pk in known]
