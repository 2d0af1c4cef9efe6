"""What auditors decide about the watch: thresholds, units' hours, and what became of a notice."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity
from cordillera.parties.models import Unit

from ..models import Notice, Thresholds, UnitHours
from .bounds import NAMES, check, check_hours
from .steps import limits_of

LONGEST = 2000


class NotNow(Exception):
    """It was closed already."""


@transaction.atomic
def set_thresholds(*, by: Identity, values: dict[str, Any]) -> Thresholds:
    """Set the Party's thresholds; raises ValidationError with its fields."""
    require(by, "watch.set")
    limits = limits_of(by.party)
    before = {name: getattr(limits, name) for name in NAMES}
    for name in NAMES:
        setattr(limits, name, values[name])
    if wrong := check(limits):
        raise ValidationError(wrong)
    changed = {n: str(getattr(limits, n)) for n in NAMES if getattr(limits, n) != before[n]}
    limits.set_at, limits.set_by_name = clock.now(), by.name
    limits.save()
    if changed:
        log.write("watch:set", actor=by, about=by.party, detail=changed)
    return limits


@transaction.atomic
def set_hours(*, by: Identity, unit: Unit, values: dict[str, Any] | None) -> None:
    """Give a unit hours of its own; None: it has the Party's again."""
    require(by, "watch.set")
    if unit.party_id != by.party:
        raise LookupError("another Party's unit")
    if values is None:
        UnitHours.objects.filter(unit=unit).delete()
        log.write("watch:hours", actor=by, about=unit.name, detail={"hours": "of the Party"})
        return
    hours = UnitHours(unit=unit, party_id=by.party, **values)
    if not hours.always and (wrong := check_hours(hours)):
        raise ValidationError(wrong)
    hours.save()
    detail = {name: str(value) for name, value in values.items()}
    log.write("watch:hours", actor=by, about=unit.name, detail=detail)


@transaction.atomic
def close(*, by: Identity, notice: Notice, outcome: str, note: str) -> Notice:
    """Say what became of it. Raises ValidationError with its fields, NotNow."""
    require(by, "watch.close", notice)
    held = Notice.objects.visible_to(by).select_for_update().get(pk=notice.pk)
    if held.outcome:
        raise NotNow
    wrong = {}
    if outcome not in dict(Notice.OUTCOMES):
        wrong["outcome"] = _("Choose what became of it.")
    if not note.strip():
        wrong["note"] = _("Say in a sentence what you found.")
    elif len(note) > LONGEST:
        wrong["note"] = _("At most %(most)s characters.") % {"most": LONGEST}
    if wrong:
        raise ValidationError(wrong)
    held.outcome, held.note = outcome, note.strip()
    held.closed_at, held.closed_by, held.closed_by_name = clock.now(), by.own, by.name
    held.save()
    log.write(
        "watch:close", actor=by, about=held.pk, detail={"rule": held.rule, "outcome": outcome}
    )
    return held
