"""Ring a Celery task after commit.

The database holds the work; a ring only says that there is some. A ring that fails is logged and
forgotten: the beat sweep finds the work again. Losing Redis loses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)
_silent: ContextVar[bool] = ContextVar("silent", default=False)


def ring(task: str, *args: Any) -> None:
    """Send the task named `task` once the present transaction has committed."""
    if not _silent.get():
        transaction.on_commit(lambda: send(task, args))


def send(task: str, args: tuple[Any, ...] = ()) -> None:
    """Send it at once. A broker that is away is no error."""
    try:
        current_app.send_task(task, args=args, ignore_result=True, retry=False)
    except Exception as error:
        logger.warning("doorbell.silent", extra={"task": task, "error": str(error)})


@contextmanager
def silenced() -> Iterator[None]:
    """Within this block nothing rings: the caller does, or the sweep will do, the work itself."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)
