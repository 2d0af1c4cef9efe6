"""Old events are forgotten: who was away longer than that opens a fresh page anyway."""

from __future__ import annotations

from datetime import timedelta

from cordillera import clock

from .models import Event

KEPT_DAYS = 7


def forget_old(party: str) -> int:
    """Delete the Party's events that are older than KEPT_DAYS; how many."""
    old = Event.objects.filter(party=party, at__lt=clock.now() - timedelta(days=KEPT_DAYS))
    return old.delete()[0]
