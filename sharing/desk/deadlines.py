"""What time does to a Party's own records, and the warnings before it. Run by the node, often.

A record that nobody reviewed by its day is locked; one that expired or was recalled is locked some
time later (RETENTION_LOCK_AFTER_DAYS); a locked one is deleted after a year (RETENTION_LOCKED_DAYS),
unless an auditor holds it back. Every step asks for the state that it changes and every warning
has its key, so running this twice does nothing twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties import preferences
from cordillera.parties.models import Party
from sharing.records import lifecycle
from sharing.records.actions import begun, endings
from sharing.records.models import Record

from . import concerned
from .notifying import Notice, notify

logger = logging.getLogger(__name__)
USED = (lifecycle.RELEASED, lifecycle.AMENDED)


def run(party: str) -> dict[str, int]:
    """All steps for `party`; how many records each one changed or warned of."""
    node = Identity.of_node(party)
    return {
        "expired": _each(node, _to_expire, endings.expire, "expired"),
        "locked": _each(node, _to_lock, endings.lock, "locked"),
        "deleted": _each(node, _to_delete, endings.purge, "", endings.spared),
        "given up": _each(node, begun.left, begun.give_up, ""),
        "warned": warn(node),
    }


def _to_expire() -> Q:
    return Q(state__in=USED, expires_on__lt=clock.today())


def _to_lock() -> Q:
    unreviewed = Q(state__in=USED, review_on__lt=clock.today())
    over = Q(state=lifecycle.EXPIRED, expires_on__lt=clock.today() - lock_after())
    recalled = Q(state=lifecycle.RECALLED, recalled_at__lt=clock.now() - lock_after())
    return unreviewed | over | recalled


def _to_delete() -> Q:
    return Q(state=lifecycle.LOCKED, locked_at__lt=clock.now() - delete_after())


def lock_after() -> timedelta:
    """How long after its expiry or recall a record is locked."""
    return timedelta(days=settings.RETENTION_LOCK_AFTER_DAYS)


def delete_after() -> timedelta:
    """How long a record stays locked."""
    return timedelta(days=settings.RETENTION_LOCKED_DAYS)


def _spare_none(records: Collection[UUID]) -> set[UUID]:
    return set()


def _each(
    node: Identity,
    due: Callable[[], Q],
    action: Callable[..., Any],
    topic: str,
    spared: Callable[[Collection[UUID]], set[UUID]] = _spare_none,
) -> int:
    """Carry out `action` on each record that is due, each in a transaction of its own: one that
    fails is logged, tried again next time, and holds up no other."""
    with acting_as(node):
        ids = list(_own(node).filter(due()).values_list("pk", flat=True))
        kept = spared(ids)
        found = [pk for pk in ids if pk not in kept]
    done = 0
    for pk in found:
        try:
            with acting_as(node):
                record = _own(node).select_related("current").filter(due(), pk=pk).first()
                if record is None:  # Another worker was here.
                    continue
                action(record=record, by=node)
                if topic:
                    notify(node.party, [_notice(record, topic, clock.today())])
            done += 1
        except lifecycle.NotNow:
            continue
        except Exception:
            logger.exception("desk.deadlines: %s of %s", action.__name__, pk)
    return done


def _own(node: Identity) -> Any:
    return Record.objects.filter(originator=node.party)


def warn(node: Identity) -> int:
    """Tell authors and supervisors, once, that a review or an expiry comes."""
    party = Party.objects.get(code=node.party)
    horizon = clock.today() + timedelta(days=preferences.of(party).warning_days)
    used = Q(state__in=USED)
    with acting_as(node):
        soon = _own(node).select_related("current").filter(used)
        reviews = soon.filter(review_on__range=(clock.today(), horizon))
        # Where both fall on one day, the review's warning says it all.
        expiries = soon.filter(expires_on__range=(clock.today(), horizon)).exclude(
            review_on__range=(clock.today(), horizon)
        )
        supervisors = concerned.supervisors(node.party)
        notices = [_notice(r, "review_due", r.review_on, supervisors) for r in reviews]
        notices += [_notice(r, "expiry_due", r.expires_on, supervisors) for r in expiries]
        return notify(node.party, notices)


def _notice(record: Record, topic: str, day: date, also: Iterable[UUID] = ()) -> Notice:
    told = [*responsible(record), *also]
    if record.tlp == "RED":
        told = [pk for pk in told if pk in record.named]
    return Notice(
        topic=topic,
        key=f"{topic}:{record.pk}:{day}",
        officers=tuple(told),
        record_id=record.pk,
        reference=record.reference or "",
        kind=record.kind,
        sender=record.originator_id,
        due_on=day,
    )


def responsible(record: Record) -> list[UUID]:
    """Who wrote and who approved the version in force."""
    if record.current is None:
        return []
    found = [*record.current.authors, record.current.approved_by]
    return list(dict.fromkeys(pk for pk in found if pk))
