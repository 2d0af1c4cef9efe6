"""Records at the end of their time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from cordillera import clock
from cordillera.access.session import acting_as
from cordillera.parties.models import Officer
from sharing.desk import deadlines

REVIEW = date(2027, 5, 13)


@contextmanager
def day(when: date) -> Iterator[None]:
    with clock.at(datetime.combine(when, time(12), UTC)):
        yield


@pytest.fixture
def us_auditor(cast: Any) -> Any:
    return Officer.objects.create(
        username="us.auditor",
        name="US Auditor",
        party_id="US",
        roles=["auditor"],
        email="us.auditor@example.org",
    )


@pytest.fixture
def locked(cast: Any, alert: Any) -> Any:
    """The alert, that nobody reviewed."""
    with day(REVIEW + timedelta(days=1)):
        deadlines.run("US")
    return alert


@pytest.fixture
def at_the_end(locked: Any) -> Callable[[], dict[str, int]]:
    """Let the node look when the locked record's year is over; what it did."""

    def run() -> dict[str, int]:
        with day(REVIEW + timedelta(days=400)):
            return deadlines.run("US")

    return run


@pytest.fixture
def signed_in() -> Callable[[Any], Client]:
    def make(officer: Any) -> Client:
        client = Client()
        client.force_login(officer)
        return client

    return make


@pytest.fixture
def seen_by(cast: Any) -> Callable[..., Any]:
    """`seen_by(officer, read)`: what `read()` gives, as this officer."""
    from cordillera.access.identity import Identity

    def read(officer: Any, what: Callable[[Identity], Any]) -> Any:
        with acting_as(Identity.of(officer)):
            return what(Identity.of(officer))

    return read
