"""Saved searches: an officer's own, told of new matches at once or in a daily digest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.dispatch import Signal
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import log
from cordillera import bulk, clock
from cordillera.access.decide import permits
from cordillera.access.identity import Identity
from cordillera.doorbell import ring
from cordillera.parties.models import Officer
from sharing.records.models import Record

from . import behind, noting
from .models import Match, SavedSearch, Unmatched
from .queries import Search, fits

#: Sent with `officer`, `search`, `records` (ids) and `digest`; the desk tells the officer.
matched = Signal()
MOST_SAVED = 50
#: Keys of a saved search's filters that are no facets.
DATES = ("released_from", "released_to")
#: The digest's hour is looked at several times; within it each search has one.
DIGESTS_APART = timedelta(hours=2)
CHOICES = (
    (SavedSearch.AT_ONCE, gettext_lazy("Tell me at once")),
    (SavedSearch.DAILY, gettext_lazy("Tell me once a day")),
    (SavedSearch.NEVER, gettext_lazy("Do not tell me")),
)


class CannotKeep(Exception):
    """The search cannot be saved as asked; the sentence says why, `field` where it can."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class TooMuch(CannotKeep):
    """There are too many, or one of that name, already."""


def choices() -> Any:
    return CHOICES


def of(identity: Identity) -> QuerySet[SavedSearch]:
    return SavedSearch.objects.filter(party_id=identity.party, officer_id=identity.own)


def one(identity: Identity, pk: UUID) -> SavedSearch:
    found = of(identity).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def search_of(kept: SavedSearch) -> Search:
    facets = {name: values for name, values in kept.filters.items() if name not in DATES}
    first, last = (kept.filters.get(name) for name in DATES)
    return Search(
        text=kept.text,
        filters=facets,
        purpose=kept.purpose,
        released_from=date.fromisoformat(first) if first else None,
        released_to=date.fromisoformat(last) if last else None,
    )


def _stored(asked: Search) -> dict[str, Any]:
    """The filters as they are kept: the facets, and the dates beside them."""
    days = zip(DATES, (asked.released_from, asked.released_to), strict=True)
    return {**asked.filters, **{name: day.isoformat() for name, day in days if day}}


@transaction.atomic
def keep(*, by: Identity, name: str, asked: Search, notify: str) -> SavedSearch:
    name = _name(by, name)
    _check_way(notify)
    if of(by).count() >= MOST_SAVED:
        raise TooMuch(
            _("You have %(most)s saved searches; forget one first.") % {"most": MOST_SAVED}
        )
    kept = SavedSearch.objects.create(
        party_id=by.party,
        officer_id=by.own,
        name=name,
        text=asked.text,
        filters=_stored(asked),
        purpose=asked.purpose,
        notify=notify,
    )
    entry = log.write(
        "search:save", actor=by, about=kept.pk, detail={"text": asked.text, "notify": notify}
    )
    _tell(by, asked, entry)
    return kept


def _tell(by: Identity, asked: Search, entry: object) -> None:
    """It goes on searching by itself; a record that is not the officer's own stands behind nothing."""
    if asked.record and behind.find(by, asked.record) is None:
        asked = replace(asked, record="")
    noting.tell(by, asked, "saved", 0, 0, entry=str(entry))


def _name(by: Identity, name: str, but: SavedSearch | None = None) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 120 or not name.isprintable():
        raise CannotKeep(_("Give the search a name of at most 120 characters."), "name")
    others = of(by).filter(name=name)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise TooMuch(_("You have a saved search called “%(name)s” already.") % {"name": name})
    return name


def _check_way(notify: str) -> None:
    if notify not in dict(CHOICES):
        raise CannotKeep(_("“%(came)s” is no way to be told.") % {"came": notify[:40]}, "notify")


@transaction.atomic
def change(*, by: Identity, search: SavedSearch, name: str, asked: Search, notify: str) -> None:
    """Put another name and question in place; what was found by the former one stays told."""
    search.name = _name(by, name, but=search)
    search.text, search.filters, search.purpose = asked.text, _stored(asked), asked.purpose
    search.save(update_fields=["name", "text", "filters", "purpose"])
    entry = log.write("search:change", actor=by, about=search.pk, detail={"text": asked.text})
    _tell(by, asked, entry)
    tell(by=by, search=search, notify=notify)


@transaction.atomic
def tell(*, by: Identity, search: SavedSearch, notify: str) -> None:
    _check_way(notify)
    search.notify = notify
    search.save(update_fields=["notify"])
    if notify != SavedSearch.DAILY:
        # What waited for a digest that will not come does not come with a later one either.
        search.matches.filter(told_at=None).update(told_at=clock.now())
    log.write("search:notify", actor=by, about=search.pk, detail={"notify": notify})


@transaction.atomic
def forget(*, by: Identity, search: SavedSearch) -> None:
    log.write("search:forget", actor=by, about=search.pk)
    search.delete()


def expect(party: str, records: Iterable[UUID]) -> None:
    """These arrived, in the present transaction: they are held against the saved searches soon."""
    wanted = [Unmatched(party_id=party, record_id=pk) for pk in records]
    if wanted:
        bulk.insert(wanted, after="ON CONFLICT DO NOTHING")
        ring("search.match", party)


def match(party: str, records: Iterable[Record]) -> int:
    """Hold records that arrived against the Party's saved searches, each as its own officer.

    Runs as the node for `party`; returns how many fitted. Told at once, or left for the digest.
    Where nobody wants to be told, `records` are not read.
    """
    told = 0
    waiting = SavedSearch.objects.filter(party_id=party).exclude(notify=SavedSearch.NEVER)
    for kept in waiting.filter(officer__is_active=True).select_related("officer"):
        officer = Identity.of(kept.officer)
        readable = [one for one in records if permits(officer, "record.read", one)]
        fitting = fits(search_of(kept), readable, party)
        told += sum(_found(kept, record) for record in fitting)
    return told


def _found(kept: SavedSearch, record: Record) -> bool:
    """Whether the record is new to this search; then its officer is told, at once or later."""
    found, new = Match.objects.get_or_create(search=kept, party_id=kept.party_id, record=record)
    if new and kept.notify == SavedSearch.AT_ONCE:
        found.told_at = clock.now()
        found.save(update_fields=["told_at"])
        matched.send(
            SavedSearch, officer=kept.officer, search=kept, records=[record.pk], digest=False
        )
    return new


def send_digests(party: str) -> int:
    """Tell each officer of what his daily searches found since the last digest; how many were due.
    A search that had its digest within this hour waits for tomorrow's."""
    now = clock.now()
    had_one = Q(search__seen_at__gt=F("search__created_at"))
    untold = list(
        waiting_for_digest(party)
        .exclude(had_one & Q(search__seen_at__gt=now - DIGESTS_APART))
        .select_related("search__officer", "record")
        .select_for_update(of=("self",), skip_locked=True)
    )
    by_search: dict[SavedSearch, list[Match]] = {}
    for found in untold:
        by_search.setdefault(found.search, []).append(found)
    for kept, found_ones in by_search.items():
        officer: Officer = kept.officer
        seen = [
            m.record_id
            for m in found_ones
            if permits(Identity.of(officer), "record.read", m.record)
        ]
        if seen:
            matched.send(SavedSearch, officer=officer, search=kept, records=seen, digest=True)
    Match.objects.filter(pk__in=[found.pk for found in untold]).update(told_at=now)
    SavedSearch.objects.filter(pk__in=[kept.pk for kept in by_search]).update(seen_at=now)
    return len(by_search)


def waiting_for_digest(party: str) -> QuerySet[Match]:
    return Match.objects.filter(party_id=party, told_at=None, search__notify=SavedSearch.DAILY)
