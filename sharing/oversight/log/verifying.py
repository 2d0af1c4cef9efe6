"""Verify the whole log in the background, in steps, each in a transaction of its own.

The row is the work: whoever finds one that is running does its next step. A ring only says so; the
clock rings for those whose worker was killed. Nobody runs two steps of the same one at once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import log, stepwise
from audit.verifier import MOST_TOLD, Fault
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.doorbell import ring

from ..models import Verification

TASK = "oversight.verify"
#: How many entries one step reads, eighty tiles: about a second's work.
STEP = 20_480
#: A worker goes on for so long before other work has its turn.
TURN = timedelta(seconds=5)
#: Longer without a step, and its worker is thought lost: another one goes on.
LOST = timedelta(seconds=30)
#: So long without any step, though it was rung for again and again, it has failed.
FAILED = timedelta(minutes=10)


class Busy(Exception):
    """Another verification runs on this node."""


def start(*, by: Identity) -> Verification:
    """Begin one. Raises Busy, Refused."""
    require(by, "log.verify")
    now = clock.now()
    try:
        with transaction.atomic():
            row = Verification.objects.create(
                party_id=by.party,
                asked_by=by.own,
                asked_name=by.name,
                asked_at=now,
                touched_at=now,
            )
    except IntegrityError as error:
        raise Busy(_("A verification is running on this node already.")) from error
    log.write("log:verify", actor=by, about=row.pk)
    ring(TASK, by.party)
    return row


def cancel(row: Verification, *, by: Identity) -> None:
    """Stop it before its next step; what was checked so far is kept."""
    require(by, "log.verify")
    # The step that may be at work ends first.
    held = Verification.objects.select_for_update().get(pk=row.pk)
    if held.is_running:
        _end(held, Verification.CANCELLED, by)


def last(party: str) -> Verification | None:
    return Verification.objects.filter(party_id=party).first()


def run(party: str) -> None:
    """Do steps of this Party's running verification for a turn, then let other work have one."""
    node, until = Identity.of_node(party), clock.now() + TURN
    while clock.now() < until:
        with acting_as(node):
            if not _step(party):
                return
    ring(TASK, party)


def recover(party: str) -> None:
    """By the clock: go on with one whose worker was lost, and give up one that never gets further."""
    with acting_as(Identity.of_node(party)):
        row = Verification.objects.filter(party_id=party, state=Verification.RUNNING).first()
        idle = clock.now() - row.touched_at if row else timedelta()
        if row is None or idle < LOST:
            return
        if idle < FAILED:
            ring(TASK, party)
        elif held := _running(party):
            _end(held, Verification.FAILED, Identity.of_node(party))


def _running(party: str) -> Verification | None:
    """The one that runs, held until the transaction ends; None where another worker has it."""
    found = Verification.objects.select_for_update(skip_locked=True)
    return found.filter(party_id=party, state=Verification.RUNNING).first()


def _step(party: str) -> bool:
    """One step; whether there is another."""
    row = _running(party)
    if row is None:
        return False
    if not row.note:
        _begin(row)
    else:
        _read(row)
    row.steps += 1
    row.touched_at = clock.now()
    if row.note and not row.frontier.get("over"):
        row.save()
        return True
    _end(row, Verification.DONE, Identity.of_node(party))
    return False


def _begin(row: Verification) -> None:
    begun = stepwise.begin()
    if begun is None:
        row.outcome = {"empty": True}
        return
    row.note, row.total = begun.note.decode(), begun.size
    row.outcome = {
        "size": begun.size,
        "key": begun.key,
        "checkpoints": 1,
        "unsigned": begun.unsigned,
        "cosigned": begun.cosigned,
        "best": begun.best,
        "best_by": list(begun.best_by),
        "missing": list(begun.missing),
        "claims": list(begun.claims),
        "entries": 0,
        "erased": 0,
    }
    _add(row, begun.faults)


def _read(row: Verification) -> None:
    """The next part of the tree; behind its end, what else lies in the table of entries."""
    frontier = stepwise.Frontier.of(row.frontier)
    if row.checked < row.total:
        end = min(row.checked + STEP, row.total)
        search = row.fault_count < MOST_TOLD
        report = stepwise.step(row.note.encode(), row.total, frontier, end, search=search)
        row.outcome["entries"] += report.entries
        row.outcome["erased"] += report.erased
        row.outcome["checkpoints"] += report.agreed
        row.checked = end
        _add(row, report.faults)
        frontier.over = frontier.over and end == row.total
    else:
        _add(row, stepwise.strays(frontier, STEP))
    row.frontier = frontier.stored()


def _add(row: Verification, faults: Any) -> None:
    """The first few are told, all are counted."""
    found: list[Fault] = list(faults)
    told = row.outcome.setdefault("faults", [])
    told += [{"kind": one.kind, "index": one.index} for one in found[: MOST_TOLD - len(told)]]
    row.outcome["fault_count"] = row.outcome.get("fault_count", 0) + len(found)


def _end(row: Verification, state: str, by: Identity) -> None:
    row.state, row.ended_at = state, clock.now()
    row.save()
    log.write(
        "log:verified",
        actor=by,
        about=row.pk,
        detail={"state": state, "checked": row.checked, "faults": row.fault_count},
    )
