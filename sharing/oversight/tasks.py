"""The oversight's Celery tasks. Each may run at any time, twice, or not at all until the next one."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from cordillera.parties.turns import in_turn

from .watching import evaluating


@shared_task(name="oversight.watch", ignore_result=True)
def watch() -> None:
    """Hold what the log says since the last time against each Party's thresholds."""
    in_turn(evaluating.run, settings.HOSTED_PARTIES)
