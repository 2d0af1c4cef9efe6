"""Until when an item may be put off, in the officer's own time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cordillera import clock

MORNING = time(8, 0)


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    label: Any
    until: datetime


def choices() -> list[Choice]:
    now = timezone.localtime(clock.now())
    return [
        Choice("hours", _("For four hours"), now + timedelta(hours=4)),
        Choice("tomorrow", _("Until tomorrow morning"), _morning(now, 1)),
        Choice("monday", _("Until Monday morning"), _morning(now, 7 - now.weekday())),
        Choice("month", _("For thirty days"), _morning(now, 30)),
    ]


def until(code: str) -> datetime | None:
    """The moment that a choice stands for, now; None for an unknown one."""
    return next((choice.until for choice in choices() if choice.code == code), None)


def _morning(now: datetime, days: int) -> datetime:
    day = (now + timedelta(days=days)).date()
    return datetime.combine(day, MORNING, now.tzinfo)
