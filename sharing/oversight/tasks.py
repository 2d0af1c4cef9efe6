"""The oversight's Celery tasks. Each may run at any time, twice, or not at all until the next one."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from cordillera.parties.turns import in_turn

from .log import bundles, telling, verifying
from .retention import warning
from .sampling import sweeping
from .watching import evaluating


@shared_task(name="oversight.watch", ignore_result=True)
def watch() -> None:
    """Hold what the log says since the last time against each Party's thresholds; tell of a log
    that was rewritten."""
    in_turn(evaluating.run, settings.HOSTED_PARTIES)
    in_turn(telling.run, settings.HOSTED_PARTIES)


@shared_task(name=verifying.TASK, ignore_result=True)
def verify(party: str) -> None:
    """Rung when an auditor asks, and by itself until all of the log is read."""
    if party in settings.HOSTED_PARTIES:
        verifying.run(party)


@shared_task(name=bundles.TASK, ignore_result=True)
def make_bundles(party: str = "") -> None:
    """Rung when an auditor asks for a long bundle, and by the clock: bundles that are open, files
    whose days are over."""
    hosted = settings.HOSTED_PARTIES
    in_turn([bundles.make_open, bundles.purge], [party] if party in hosted else hosted)


@shared_task(name="oversight.recover", ignore_result=True)
def recover() -> None:
    """By the clock: verifications whose worker was killed."""
    in_turn(verifying.recover, settings.HOSTED_PARTIES)


@shared_task(name="oversight.searches", ignore_result=True)
def searches() -> None:
    """Count and remove the searches that were not drawn, tell of overdue reviews."""
    in_turn(sweeping.run, settings.HOSTED_PARTIES)


@shared_task(name="oversight.retention", ignore_result=True)
def retention() -> None:
    """Tell auditors what is deleted soon, and which holds are to be looked at again."""
    in_turn(warning.run, settings.HOSTED_PARTIES)
