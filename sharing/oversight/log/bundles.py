"""Signed bundles that are made in the background: asked for, made, fetched, and cleared again.

The row is the work: whoever alone holds the Party's lock makes what is open, one after the other; a
killed worker's lock is free at once, the clock rings, and what he left behind is deleted. Nobody gets one
but who asked for it. What all bundles of a Party take is bounded, and so is each one while it is written.
"""

from __future__ import annotations

import logging
import shutil
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from audit import log
from audit.errors import LogError
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import AUDITOR, Identity
from cordillera.access.session import acting_as
from cordillera.doorbell import ring
from sharing.exchange.locks import alone

from ..models import Bundle
from . import bundling
from .bundling import Span, TooMuch

logger = logging.getLogger(__name__)
TASK = "oversight.bundles"
#: A worker that is killed at it so often is not given another.
MOST_ATTEMPTS = 3
SHOWN = 10
HOUR = 3600
#: Short ones, of every Party.
AT_ONCE = "at-once"


class NotNow(Exception):
    """Why none can be asked for now, in the reader's words."""


class _Cancelled(Exception):
    pass


def days_kept() -> int:
    return int(settings.BUNDLE_DAYS)


def most_bytes() -> int:
    """What all of a Party's bundles may take."""
    return int(settings.BUNDLE_MEGABYTES) * 1_000_000


def own(identity: Identity) -> QuerySet[Bundle]:
    """What this auditor asked for."""
    return Bundle.objects.filter(party=identity.party, account=identity.own)


def recent(identity: Identity) -> list[Bundle]:
    return list(own(identity)[:SHOWN])


def ask(*, by: Identity, wanted: Span, since: Any = None, until: Any = None) -> Bundle:
    """Note what is wanted, in the request's transaction. Raises NotNow, Refused."""
    require(by, "audit.read")
    try:
        with transaction.atomic():
            made = Bundle.objects.create(
                party=by.party,
                account=by.own,
                name=by.name,
                since=since,
                until=until,
                first=wanted.first,
                end=wanted.end,
                own=wanted.own,
                asked_at=clock.now(),
            )
    except IntegrityError as error:
        raise NotNow(_("Another bundle of yours is being made.")) from error
    detail = {"first": wanted.first, "end": wanted.end, "entries": wanted.own}
    log.write("audit:bundle", actor=by, about=made.pk, detail=detail)
    ring(TASK, by.party)
    return made


def cancel(row: Bundle, *, by: Identity) -> None:
    """Stop it; what was written so far is thrown away."""
    held = own(by).select_for_update().get(pk=row.pk)
    if not held.is_open:
        return
    held.state, held.finished_at = Bundle.CANCELLED, clock.now()
    held.save(update_fields=["state", "finished_at"])
    log.write("audit:bundle-cancel", actor=by, about=held.pk)
    transaction.on_commit(lambda: _say(held.pk, -1))


def remove(row: Bundle, *, by: Identity) -> None:
    """Delete a file before its days are over."""
    held = own(by).select_for_update().get(pk=row.pk)
    if held.is_open:
        return
    _drop(held)
    log.write("audit:bundle-remove", actor=by, about=row.pk)


def fetched(row: Bundle, *, by: Identity) -> File[bytes]:
    """The file, and the entry that it was taken. Raises FileNotFoundError."""
    content: File[bytes] = default_storage.open(row.stored_as, "rb")
    detail = {"first": row.first, "end": row.end, "entries": row.own, "size": row.bytes}
    log.write("audit:bundle-download", actor=by, about=row.pk, detail=detail)
    return content


def make_open(party: str) -> int:
    """Make the Party's bundles that wait, one after the other; how many were looked at. One worker of
    a Party at a time: the next bundle gets the room that the one before has left."""
    seen = set[UUID]()
    with alone(f"bundles:{party}") as nobody_else:
        if not nobody_else:
            return 0
        shutil.rmtree(workshop(party), ignore_errors=True)
        while (pk := _next(party, seen)) is not None:
            seen.add(pk)
            _make(party, pk)
    return len(seen)


def _next(party: str, seen: set[UUID]) -> UUID | None:
    with acting_as(Identity.of_node(party)):
        found = Bundle.objects.filter(party=party, state__in=Bundle.OPEN).exclude(pk__in=seen)
        return found.order_by("asked_at").values_list("pk", flat=True).first()


def workshop(name: str) -> Path:
    """Where bundles are put together: a Party's, which whoever holds its lock may empty, or AT_ONCE."""
    return Path(settings.DATA_DIR) / "bundling" / name


def clear_at_once() -> None:
    """What killed processes left of short bundles, each of which is made within one request."""
    for left in workshop(AT_ONCE).glob("*"):
        with suppress(FileNotFoundError):  # it is being finished
            if time.time() - left.stat().st_mtime > HOUR:
                shutil.rmtree(left, ignore_errors=True)


def _name(row: Bundle) -> str:
    return f"bundles/{row.party}/{row.pk}.zip"


def _make(party: str, pk: UUID) -> None:
    row, room = _begin(party, pk)
    if row is None:
        return
    try:
        stored, size = _write(row, room)
    except _Cancelled:
        return
    except TooMuch:
        _end(row, Bundle.FULL)
    except (LogError, OSError):
        logger.exception("oversight.bundles: %s", pk)
        _end(row, Bundle.FAILED)
    else:
        if not _end(row, Bundle.DONE, stored, size):
            default_storage.delete(stored)


def _begin(party: str, pk: UUID) -> tuple[Bundle | None, int]:
    """The row, taken on, and how many bytes its file may have."""
    with acting_as(Identity.of_node(party)):
        row = Bundle.objects.select_for_update().filter(pk=pk, state__in=Bundle.OPEN).first()
        if row is None:
            return None, 0
        row.attempts += 1
        if row.attempts > MOST_ATTEMPTS:
            row.state, row.finished_at = Bundle.FAILED, clock.now()
        else:
            row.state = Bundle.MAKING
        row.save(update_fields=["attempts", "state", "finished_at"])
        taken = Bundle.objects.filter(party=party).aggregate(all=Sum("bytes"))["all"] or 0
    return (row if row.is_open else None), most_bytes() - taken


def _write(row: Bundle, room: int) -> tuple[str, int]:
    """Where the file lies, and how large it is."""
    by = Identity(row.party, row.account, row.name, frozenset({AUDITOR}))
    with acting_as(by):
        wanted = Span(row.first, row.end, row.own, 0)
        below, heed = workshop(row.party), _Heed(row, room)
        with bundling.archive(row.party, wanted, below, heed) as file:
            default_storage.delete(_name(row))  # of a worker that was killed before the row said so
            stored = default_storage.save(_name(row), File(file))
            return stored, default_storage.size(stored)


class _Heed:
    """Told of each part that is written: it tells the page, hears of a cancellation, and bounds."""

    EVERY = 1_000

    def __init__(self, row: Bundle, room: int) -> None:
        self.row, self.room, self.calls = row, room, 0

    def __call__(self, places: int, written: int) -> None:
        if written > self.room:
            raise TooMuch
        if self.calls % self.EVERY == 0:
            if done(self.row) < 0:
                raise _Cancelled
            _say(self.row.pk, places)
        self.calls += 1


def _end(row: Bundle, state: str, stored: str = "", size: int = 0) -> bool:
    """Whether it was still to be made."""
    with acting_as(Identity.of_node(row.party)):
        held = Bundle.objects.select_for_update().filter(pk=row.pk, state=Bundle.MAKING).first()
        if held is None:
            return False
        held.state, held.stored_as, held.bytes = state, stored, size
        held.finished_at = clock.now()
        held.save()
    return True


def done(row: Bundle) -> int:
    """How many entries are written, as the worker last said; -1: it was cancelled."""
    try:
        return int(cache.get(f"bundle:{row.pk}") or 0)
    except Exception:
        return 0


def _say(pk: UUID, number: int) -> None:
    """Losing it loses nothing: the row says at the end whether it is still wanted."""
    try:
        cache.set(f"bundle:{pk}", number, HOUR)
    except Exception:
        return


def _drop(row: Bundle) -> None:
    stored = row.stored_as or _name(row)  # there may be a killed worker's
    row.delete()
    transaction.on_commit(lambda: default_storage.delete(stored))


def purge(party: str) -> int:
    """Remove bundles whose days are over, with an entry that says so."""
    clear_at_once()
    node = Identity.of_node(party)
    with acting_as(node):
        old = clock.now() - timedelta(days=days_kept())
        gone = list(
            Bundle.objects.filter(party=party, asked_at__lt=old).exclude(state__in=Bundle.OPEN)
        )
        entries: list[tuple[object, dict[str, Any]]] = [
            (row.pk, {"state": row.state}) for row in gone
        ]
        for row in gone:
            _drop(row)
        log.write_all("audit:bundle-purge", entries, actor=node)
    return len(gone)
