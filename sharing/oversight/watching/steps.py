"""Entries of the log as steps of officers: what they opened, when by their unit's clock, and
whether it concerned their unit."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from audit.models import Entry
from cordillera.parties.models import Officer, Party
from sharing.desk.models import InboxItem

from ..models import Hours, Thresholds, UnitHours
from .rules import Step

#: Reading of one's own Party's records leaves entries only where it was printed or downloaded.
OPENED = ("record:read", "record:print", "record:download")
LISTED = {"record:list": "references", "search:export": "records"}
REFUSED = "access:refuse"
TAGS = (*OPENED, *LISTED, REFUSED)


@dataclass(frozen=True, slots=True)
class Watch:
    """An officer as the watch needs him: who, at which port, by which clock and hours. A system
    account has neither hours nor a port."""

    pk: UUID
    name: str
    unit: int | None
    port: str
    zone: ZoneInfo
    hours: Hours
    always: bool
    is_system: bool = False

    def held_to(self, limits: Thresholds) -> Thresholds:
        """What is much for a program, the Party's auditors say apart."""
        if not self.is_system:
            return limits
        own = copy.copy(limits)
        own.per_hour, own.per_day = limits.system_per_hour, limits.system_per_day
        return own

    def is_out_of_hours(self, moment: datetime) -> bool:
        """A shift that ends after midnight belongs to the day on which it began."""
        if self.always:
            return False
        local = moment.astimezone(self.zone)
        opens, closes, now = self.hours.opens_at, self.hours.closes_at, local.time()
        day = local.weekday()
        if opens < closes:
            return not (opens <= now < closes and day in self.hours.days)
        if now < closes:
            day = (day - 1) % 7
        return not ((now >= opens or now < closes) and day in self.hours.days)


def limits_of(party: str) -> Thresholds:
    """The Party's thresholds, or the defaults."""
    return Thresholds.objects.filter(party=party).first() or Thresholds(party_id=party)


def officers(party: str, accounts: Iterable[str] | None, limits: Thresholds) -> dict[str, Watch]:
    """These accounts of the Party (None: all) by their id as the log writes it."""
    zone = ZoneInfo(Party.objects.values_list("time_zone", flat=True).get(code=party))
    own = {hours.unit_id: hours for hours in UnitHours.objects.filter(party=party)}
    people = Officer.objects.filter(party=party).select_related("unit")
    if accounts is not None:
        people = people.filter(pk__in=list(accounts))
    found = {}
    for one in people:
        hours = own.get(one.unit_id) if one.unit_id else None
        found[str(one.pk)] = Watch(
            pk=one.pk,
            name=one.get_short_name(),
            unit=one.unit_id,
            port=one.unit.port if one.unit and not one.is_system else "",
            zone=ZoneInfo(hours.time_zone) if hours else zone,
            hours=hours or limits,
            always=one.is_system or bool(hours and hours.always),
            is_system=one.is_system,
        )
    return found


def of_entries(
    party: str, entries: Iterable[Entry], people: dict[str, Watch]
) -> dict[UUID, list[Step]]:
    """Each officer's steps; entries of others than `people` are left out."""
    wanted = [entry for entry in entries if entry.actor in people]
    opened = {entry.pk: _opened(entry) for entry in wanted}
    concerns = _concerns(party, {record for found in opened.values() for record in found})
    steps: dict[UUID, list[Step]] = defaultdict(list)
    for entry in wanted:
        who = people[entry.actor]
        local = entry.at.astimezone(who.zone)
        foreign = frozenset(
            record
            for record in opened[entry.pk]
            if record in concerns and not concerns[record].covers(who)
        )
        steps[who.pk].append(
            Step(
                entry=entry.pk,
                at=entry.at,
                day=local.date(),
                opened=opened[entry.pk],
                refused=entry.tag == REFUSED,
                out_of_hours=who.is_out_of_hours(entry.at),
                off_subject=foreign,
            )
        )
    return steps


def _opened(entry: Entry) -> tuple[str, ...]:
    """The records that the entry speaks of, by reference (a draft by its id)."""
    if entry.tag in OPENED:
        return (str(entry.detail.get("reference") or entry.about),)
    if listed := LISTED.get(entry.tag):
        return tuple(str(one) for one in entry.detail.get(listed, ()))
    return ()


@dataclass(frozen=True, slots=True)
class Concern:
    """Whom a record in the Party's inbox concerns: the ports here that it names, and whoever it
    was referred to. One that names no place here concerns every unit."""

    ports: frozenset[str]
    unit: int | None
    assignee: UUID | None
    named: frozenset[UUID]

    def covers(self, who: Watch) -> bool:
        """A unit without a port works for the whole country."""
        if not who.port or not self.ports or who.port in self.ports:
            return True
        return who.pk in self.named or who.pk == self.assignee or who.unit == self.unit


def _concerns(party: str, records: set[str]) -> dict[str, Concern]:
    items = InboxItem.objects.filter(party=party, reference__in=records).values_list(
        "reference", "places", "unit", "assignee", "named"
    )
    return {
        reference: Concern(
            frozenset(place for place in places if place.startswith(party)),
            unit,
            assignee,
            frozenset(named or ()),
        )
        for reference, places, unit, assignee, named in items
    }


def midnight(moment: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(moment.astimezone(zone).date(), time(), zone)
