"""Who opened another Party's record, for an originator to whom the reader's Party chooses to name them.

Nobody is named without that choice, and nobody for what he opened before it: he was not told then. Of
a TLP:RED record nobody is named whatever was chosen: it tells of its readers to those alone whom it
names, as the log and the ledger do, and what is told here is kept outside of it. Nor is anybody for
what of it he opened while it was RED, or of an earlier version that was: once it is not any more, his
next opening of what is not is told, and its moment alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from cordillera.crypto.fields import LINE, written
from cordillera.parties import agreements
from cordillera.parties.models import Officer
from sharing.records import lifecycle
from sharing.records.models import Readership, Reading, Record, Version

from .formats.statement import LONGEST_NAME, MOST_READERS

#: So many readers of a record and Party are kept at its originator, the latest ones.
MOST_KEPT = 200
#: A reader as rows hold him: `name`, `unit`, and `at` as the protocol writes a moment.
Reader = dict[str, str]


def readers(party: str, records: Iterable[Record]) -> dict[UUID, list[Reader]]:
    """Whom the Party names of those who opened these records, the latest first."""
    since = _named(party, records)
    found: dict[UUID, list[tuple[UUID, datetime]]] = defaultdict(list)
    red = _red(since)
    rows = Reading.objects.filter(party=party, record__in=list(since), named_at__isnull=False)
    for row in rows.order_by("-named_at"):
        pk, at = row.record_id, row.named_at
        if at is None or at < since[pk] or row.number <= red.get(pk, 0):
            continue
        if len(found[pk]) < MOST_READERS:
            found[pk].append((row.officer, at))
    officers = _officers(party, {officer for told in found.values() for officer, _ in told})
    made = {
        pk: [_reader(officers[officer], at) for officer, at in told if officer in officers]
        for pk, told in found.items()
    }
    return {pk: told for pk, told in made.items() if told}


def _named(party: str, records: Iterable[Record]) -> dict[UUID, datetime]:
    """Since when those who open it are named, by record; without those of which nobody is."""
    gone = lifecycle.DELETED
    wanted = [record for record in records if record.tlp != "RED" and record.state != gone]
    chosen = {code: agreements.names_since(party, code) for code in _originators(wanted)}
    return {
        record.pk: since for record in wanted if (since := chosen[record.originator_id]) is not None
    }


def _red(records: Iterable[UUID]) -> dict[UUID, int]:
    """The last TLP:RED version of each of these records that had one. Who opened nothing newer opened
    it while it was RED, or before."""
    released = Version.objects.filter(state__in=(Version.RELEASED, Version.SUPERSEDED), tlp="RED")
    found = released.filter(record__in=list(records)).order_by().values_list("record_id")
    return dict(found.annotate(Max("number")))


def _originators(records: Iterable[Record]) -> set[str]:
    return {record.originator_id for record in records}


def _officers(party: str, wanted: Iterable[UUID]) -> dict[UUID, Officer]:
    """Those of them who are persons: a page tells a system account nothing."""
    found = Officer.objects.filter(party_id=party, is_system=False, pk__in=list(wanted))
    return {one.pk: one for one in found.select_related("unit")}


def _reader(officer: Officer, at: datetime) -> Reader:
    name = _line(officer.name) or _line(officer.username)
    unit = _line(officer.unit.name if officer.unit else "")
    return {"name": name[:LONGEST_NAME], "unit": unit, "at": written(at)}


def _line(text: str) -> str:
    """Without what the protocol does not take in a line."""
    return "".join(LINE.findall(text)).strip()[:200]


def keep(party: str, told: Mapping[UUID, Sequence[Reader]]) -> None:
    """Write these down at the originator beside the counts that are there. Who was told before and
    is not in it stays."""
    rows = list(Readership.objects.select_for_update().filter(party=party, record__in=list(told)))
    for row in rows:
        row.readers = merged(row.readers, told[row.record_id])
    Readership.objects.bulk_update(rows, ["readers"])


def merged(before: Iterable[Reader], told: Iterable[Reader]) -> list[Reader]:
    """Each once, by name and unit, with the last opening; the latest first. Pure."""
    found: dict[tuple[str, str], Reader] = {}
    for one in sorted((*before, *told), key=lambda one: one["at"]):
        found[one["name"], one["unit"]] = one
    latest = sorted(found.values(), key=lambda one: one["at"], reverse=True)
    return latest[:MOST_KEPT]
