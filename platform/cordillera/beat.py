"""The clock of the sweeps, which goes on where the machine's own clock is put back.

Celery's beat compares the time of day: after the clock went back by an hour it would be silent for
that hour, and where it starts again it would believe what it wrote down before.
"""

from __future__ import annotations

import time
from typing import Any

from celery.beat import PersistentScheduler


class Scheduler(PersistentScheduler):
    """Celery's own, but what it remembers is never in the future."""

    _seen = float("inf")

    def tick(self, *args: Any, **options: Any) -> float:
        now = time.time()
        if now < self._seen:
            self._forget_the_future()
        self._seen = now
        wait: float = super().tick(*args, **options)
        return wait

    def _forget_the_future(self) -> None:
        for entry in self.schedule.values():
            entry.last_run_at = min(entry.last_run_at, entry.default_now())
        self._heap = None
