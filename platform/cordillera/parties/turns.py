"""Work that is done for one Party after the other: one Party's trouble is no other's."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

logger = logging.getLogger(__name__)

Thing = TypeVar("Thing")
Step = Callable[[Thing], object]


def in_turn(steps: Step[Thing] | Iterable[Step[Thing]], things: Iterable[Thing]) -> None:
    """Do each step for every thing (a Party, a record) even where some of them fail.

    Every failure is logged; at the end they are raised together, so that whoever watches the
    tasks sees that this one failed. Each step keeps its own transaction.
    """
    wanted = list(things)
    failed = []
    for step in [steps] if callable(steps) else steps:
        for thing in wanted:
            try:
                step(thing)
            except Exception as error:
                logger.exception("%s: failed for %s", _name(step), thing)
                failed.append(error)
    if failed:
        raise ExceptionGroup(f"{len(failed)} of the steps failed", failed)


def _name(step: Step[Thing]) -> str:
    return f"{getattr(step, '__module__', '')}.{getattr(step, '__qualname__', step)}"
