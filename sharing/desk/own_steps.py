"""What the own Party's officers do with records, as the desk sees it.

The desk stands above records, so it listens: to an answer of the own Party (the item has its
outcome), to proposals and decisions (supervisors and authors are notified), and to saved searches
that matched. Each runs in the action's own transaction.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models.signals import post_save

from cordillera import clock, events
from cordillera.access.identity import SUPERVISOR
from cordillera.access.session import present
from cordillera.parties.models import Officer
from sharing.records import lifecycle
from sharing.records.models import Decision, Record
from sharing.search.saved import matched

from .models import ACKNOWLEDGED, SIGHTED, InboxItem, Outcome
from .notifying import Notice, notify

BY_ANSWER = {"acknowledgement": ACKNOWLEDGED, "sighting": SIGHTED}


def listen() -> None:
    """Called once, when the application is ready."""
    post_save.connect(answered, sender=Record, dispatch_uid="desk.answered")
    post_save.connect(decided, sender=Decision, dispatch_uid="desk.decided")
    matched.connect(found, dispatch_uid="desk.matched")


def answered(sender: Any, instance: Record, **kwargs: Any) -> None:
    """The Party's own acknowledgement or sighting is the outcome of the item it answers."""
    by = present()
    outcome = BY_ANSWER.get(instance.kind)
    if outcome is None or by is None or by.account is None or not _just_released(instance):
        return
    items = InboxItem.objects.visible_to(by).filter(record=instance.about_id)
    item = items.select_for_update(of=("self",)).first()
    if item is None:
        return
    now = clock.now()
    item.acknowledged_at = item.acknowledged_at or now
    item.outcome, item.outcome_by, item.outcome_by_name = outcome, by.account, by.name
    item.outcome_at, item.outcome_note = now, ""
    item.unit = item.assignee = item.snoozed_until = None
    item.save()
    Outcome.objects.create(
        party_id=by.party,
        item=item,
        outcome=outcome,
        outcome_by=by.account,
        outcome_by_name=by.name,
        outcome_at=now,
        outcome_note=instance.reference or "",
    )
    events.emit(by.party, "inbox", item.record_id, named=item.named)


def _just_released(record: Record) -> bool:
    released = record.state == lifecycle.RELEASED and record.current_id is not None
    return released and record.about_id is not None


def decided(sender: Any, instance: Decision, created: bool, **kwargs: Any) -> None:
    """Proposed: the Party's supervisors hear that it waits. Decided: who wrote and proposed it."""
    if created:
        topic, officers = "approval", _who_may_decide(instance)
    elif instance.outcome in ("approved", "returned"):
        topic, officers = instance.outcome, _who_wrote(instance)
    else:
        return
    record = instance.record
    if record.tlp == "RED":
        # Supervisors decide on every one but an answer, which is for the named alone.
        every = topic == "approval" and record.about_id is None
        officers = [pk for pk in officers if pk in record.named or every]
    notice = Notice(
        topic=topic,
        key=f"decision:{instance.pk}:{topic}",
        officers=tuple(officers),
        record_id=record.pk,
        reference=record.reference or "",
        kind=record.kind,
        sender=instance.originator_id,
    )
    notify(instance.originator_id, [notice])


def _who_may_decide(decision: Decision) -> list[UUID]:
    supervisors = Officer.objects.filter(
        party_id=decision.originator_id,
        is_active=True,
        is_system=False,
        roles__contains=[SUPERVISOR],
    )
    found = supervisors.exclude(pk__in=decision.involved)
    return list(found.values_list("pk", flat=True))


def _who_wrote(decision: Decision) -> list[UUID]:
    wrote = dict.fromkeys([decision.proposed_by, *decision.version.authors])
    return [pk for pk in wrote if pk and pk != decision.decided_by]


def found(sender: Any, officer: Officer, search: Any, records: Any, digest: bool, **_: Any) -> None:
    """A saved search matched: one notification per record, or one for a whole digest."""
    records = list(records)
    if digest:
        notices = [
            Notice(
                "matched",
                f"digest:{search.pk}:{clock.now():%Y%m%d%H%M}",
                (officer.pk,),
                detail=f"{search.name} ({len(records)})",
            )
        ]
    else:
        shown = {row.pk: row for row in Record.objects.filter(pk__in=records)}
        notices = [_match(officer.pk, search, shown[pk]) for pk in records if pk in shown]
    notify(search.party_id, notices)


def _match(officer: UUID, search: Any, record: Record) -> Notice:
    return Notice(
        "matched",
        f"match:{search.pk}:{record.pk}",
        (officer,),
        record.pk,
        record.reference or "",
        record.kind,
        record.originator_id,
        detail=search.name,
    )
