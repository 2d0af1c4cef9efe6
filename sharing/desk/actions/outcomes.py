"""Every item of the inbox ends with one outcome, kept for the Party with who and when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from audit import log
from cordillera import clock, events
from cordillera.access.decide import permits, require
from cordillera.access.identity import Identity
from cordillera.parties.models import Officer, Unit
from sharing.records import actions as records
from sharing.records import kinds, lifecycle
from sharing.records.problems import Invalid
from sharing.records.schema.problems import Problem

from ..models import NO_ACTION, REFERRED, SNOOZED, InboxItem, Outcome
from ..notifying import Notice, notify

LONGEST = 2000


def may_acknowledge(item: InboxItem, by: Identity) -> bool:
    """Whether an acknowledgement of this item's record can be sent now."""
    record = item.record
    return bool(
        record is not None
        and not item.is_own
        and record.state in lifecycle.ANSWERABLE
        and "acknowledgement" in kinds.get(record.kind).answered_by
        and permits(by, "record.answer", record)
    )


@transaction.atomic
def acknowledge(*, item: InboxItem, by: Identity, result: str = "noted") -> InboxItem:
    """Send the Party's acknowledgement to the originator; that is the item's outcome."""
    item = _locked(item, by)
    if item.record is None or not may_acknowledge(item, by):
        raise Invalid([Problem("outcome", "unfit", _("This cannot be acknowledged any more."))])
    body = {"result": result}
    # The desk hears of the released answer and gives the item its outcome (own_steps).
    records.answer(about=item.record, kind="acknowledgement", by=by, body=body)
    _note(item, by, "acknowledged")
    return _fresh(item)


@transaction.atomic
def no_action(*, item: InboxItem, by: Identity, reason: str) -> InboxItem:
    """Nothing is to be done here; needs a reason."""
    if not reason.strip():
        raise Invalid([Problem("reason", "required", _("Say why nothing is done."))])
    return _decide(_locked(item, by), by, NO_ACTION, note=reason)


@transaction.atomic
def refer(
    *,
    item: InboxItem,
    by: Identity,
    unit: Unit | None = None,
    assignee: Officer | None = None,
    note: str = "",
) -> InboxItem:
    """Hand it to a unit or an officer of the own Party, who are notified."""
    item = _locked(item, by)
    _check_referral(item, unit, assignee)
    item = _decide(item, by, REFERRED, note=note, unit=unit, assignee=assignee)
    told = [assignee.pk] if assignee else _serving(item, unit)
    notice = Notice(
        topic="referred",
        key=f"referred:{item.pk}:{item.outcome_at:%Y%m%d%H%M%S%f}",
        officers=tuple(pk for pk in told if pk != by.account),
        record_id=item.record_id,
        reference=item.reference,
        kind=item.kind,
        sender=item.originator,
    )
    notify(by.party, [notice])
    return item


def _check_referral(item: InboxItem, unit: Unit | None, assignee: Officer | None) -> None:
    if unit is None and assignee is None:
        raise Invalid([Problem("unit", "required", _("Choose a unit or an officer."))])
    if (unit and unit.party_id != item.party_id) or (
        assignee and (assignee.party_id != item.party_id or not assignee.is_active)
    ):
        raise Invalid([Problem("unit", "foreign", _("Only to units and officers of your Party."))])
    reads = assignee is None or Identity.of(assignee).reads
    named = item.named is None or (assignee is not None and assignee.pk in item.named)
    if not reads or not named:
        words = _("This officer may not read the record.")
        raise Invalid([Problem("assignee", "unfit", words)])


def _serving(item: InboxItem, unit: Unit | None) -> list[UUID]:
    serving = Officer.objects.filter(unit=unit, is_active=True, is_system=False)
    return [officer.pk for officer in serving if Identity.of(officer).reads]


@transaction.atomic
def snooze(*, item: InboxItem, by: Identity, until: datetime) -> InboxItem:
    """Out of sight until then; afterwards it waits again."""
    if until <= clock.now():
        raise Invalid([Problem("until", "past", _("Choose a time that is still to come."))])
    return _decide(_locked(item, by), by, SNOOZED, until=until)


@transaction.atomic
def undo(*, item: InboxItem, by: Identity) -> InboxItem:
    """Take the last outcome back; the one before it, if any, holds again. An acknowledgement
    or a sighting that was sent stays sent: the item only waits again."""
    item = _locked(item, by)
    standing = item.outcomes.filter(undone_at=None, outcome_at__gte=item.reopened_at)
    last, before = [*standing[:2], None, None][:2]
    if last is None:
        raise Invalid([Problem("outcome", "none", _("There is nothing to undo."))])
    last.undone_at, last.undone_by_name = clock.now(), by.name
    last.save(update_fields=["undone_at", "undone_by_name"])
    _put(item, before)
    _note(item, by, "undone", before=before.outcome if before else "")
    return item


def _decide(
    item: InboxItem,
    by: Identity,
    outcome: str,
    *,
    note: str = "",
    unit: Unit | None = None,
    assignee: Officer | None = None,
    until: datetime | None = None,
) -> InboxItem:
    decided = Outcome.objects.create(
        party_id=by.party,
        item=item,
        outcome=outcome,
        outcome_by=by.account,
        outcome_by_name=by.name,
        outcome_at=clock.now(),
        outcome_note=" ".join(note.split())[:LONGEST],
        unit=unit,
        assignee=assignee,
        snoozed_until=until,
    )
    _put(item, decided)
    _note(item, by, outcome)
    return item


def _put(item: InboxItem, decided: Outcome | None) -> None:
    """Make `decided` the item's outcome; None opens it."""
    item.outcome = decided.outcome if decided else ""
    item.outcome_by = decided.outcome_by if decided else None
    item.outcome_by_name = decided.outcome_by_name if decided else ""
    item.outcome_at = decided.outcome_at if decided else None
    item.outcome_note = decided.outcome_note if decided else ""
    item.unit = decided.unit if decided else None
    item.assignee = decided.assignee if decided else None
    item.snoozed_until = decided.snoozed_until if decided else None
    item.save()


def _locked(item: InboxItem, by: Identity) -> InboxItem:
    """The item, locked for this transaction; 404 where this officer does not see it."""
    require(by, "inbox.decide")
    found = InboxItem.objects.visible_to(by).filter(pk=item.pk).select_for_update(of=("self",))
    locked: InboxItem | None = found.select_related("record", "unit", "assignee").first()
    if locked is None:
        raise Http404
    return locked


def _fresh(item: InboxItem) -> InboxItem:
    found: InboxItem = InboxItem.objects.select_related("record").get(pk=item.pk)
    return found


def _note(item: InboxItem, by: Identity, outcome: str, **detail: str) -> None:
    log.write(
        "inbox:decide",
        actor=by,
        about=item.record_id,
        detail={"reference": item.reference, "outcome": outcome, **detail},
    )
    events.emit(by.party, "inbox", item.record_id, named=item.named)
