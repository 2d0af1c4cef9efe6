"""The time by which actions date what they do.

The demo loader and the tests set it, so that a year of records can pass through the real actions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _moment.get() or timezone.now()


def today() -> date:
    """The present day in UTC: dates of release, review and expiry do not depend on a reader's zone."""
    return now().date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within this block it is `moment`."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
