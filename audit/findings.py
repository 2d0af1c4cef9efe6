"""What an honest log or witness does not do, written down once, with the signed notes that prove it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.dispatch import Signal

from . import passing
from .database import whole_log
from .models import Finding, Resolution, SignedCheckpoint

logger = logging.getLogger(__name__)
#: Sent in the transaction in which a finding is kept for the first time, with `finding`, the row.
found = Signal()
#: Sent likewise, with `resolution`, when what was found is no longer so.
resolved = Signal()
#: Of one log and kind so many are kept in a day: who signs fork upon fork fills no disk with them.
MOST_A_DAY = 100

# What a log did, each with its proof.
ALTERED, FORKED, ROLLED_BACK = "altered", "forked", "rolled-back"
REFUSED, NOT_OURS = "refused", "not-ours"
#: What may end: a log that does not prove that two of its trees are one; a witness that says something
#: of our log and does not prove it.
WILL_NOT_PROVE, CLAIMS = "will-not-prove", "claims"
#: Of a Party, whose key set names a log or a witness of another one.
TAKEN = "taken"


def report(
    origin: str, kind: str, message: str, notes: Iterable[str] = (), since: datetime | None = None
) -> None:
    """Keep, log and tell a finding; the same one again is not kept twice, nor told, while it is so. It
    is of the Party that has the name now, or had it last.

    `origin` is the log that did it, of CLAIMS the witness, of TAKEN the Party; `since` when it was
    first asked.
    """
    logger.error("audit.finding", extra={"origin": origin, "kind": kind, "finding": message})
    with whole_log():
        last = passing.holder(origin)
        of = {"origin": origin, "party": last.party if last else "", "kind": kind}
        kept = Finding.objects.filter(**of)
        if kept.filter(at__gt=Now() - timedelta(days=1)).count() >= MOST_A_DAY:
            return
        row, new = Finding.objects.get_or_create(
            **of,
            message=message,
            earlier=kept.filter(message=message, resolution__isnull=False).count(),
            defaults={"evidence": list(notes), "since": since},
        )
        if new:
            found.send(Finding, finding=row)


def unresolved() -> QuerySet[Finding]:
    """What is still so, also of names that have passed to others; within `whole_log()`."""
    return Finding.objects.filter(resolution=None)


def _open(origin: str, kind: str) -> QuerySet[Finding]:
    """Those of whoever has the name now."""
    parties = passing.holders(origin) or {""}
    return unresolved().filter(origin=origin, kind=kind, party__in=parties)


def held_against(origin: str) -> tuple[list[str], list[str]]:
    """The signed checkpoints that were shown of this log of ours and are not of its tree, and what
    witnesses say of it without such proof, while they do."""
    with whole_log():
        shown = Finding.objects.filter(origin=origin, kind__in=(ROLLED_BACK, REFUSED, NOT_OURS))
        notes = [note for one in shown.order_by("id") for note in one.evidence if not _ours(note)]
        return list(dict.fromkeys(notes)), [one.message for one in _claims()]


def claimants() -> list[str]:
    """The witnesses that say something of our log now and do not prove it."""
    with whole_log():
        return sorted({one.origin for one in _claims()})


def _claims() -> list[Finding]:
    """What is said of our log by those who have their names still."""
    said = unresolved().filter(kind=CLAIMS).order_by("id")
    return [one for one in said if one.party in (passing.holders(one.origin) or {""})]


def _ours(note: str) -> bool:
    """One that we signed ourselves, which lies beside the other one as evidence."""
    lines = note.split("\n")
    held = SignedCheckpoint.objects.filter(size=int(lines[1])).first()
    return held is not None and held.note.split("\n")[:3] == lines[:3]


def is_open(origin: str, kind: str) -> bool:
    """Whether such a finding is kept and not resolved."""
    with whole_log():
        return _open(origin, kind).exists()


def resolve(origin: str, kind: str, because: str) -> None:
    """What was found of this kind is no longer so. The finding stays, with this beside it."""
    with whole_log():
        for finding in _open(origin, kind):
            row, new = Resolution.objects.get_or_create(
                finding=finding, defaults={"because": because}
            )
            if new:
                logger.warning("audit.resolved", extra={"origin": origin, "kind": kind})
                resolved.send(Resolution, resolution=row)
