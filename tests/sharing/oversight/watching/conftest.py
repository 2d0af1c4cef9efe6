"""An officer at work, as the log tells of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from audit import log, sequencer
from cordillera.access.session import acting_as
from sharing.oversight.models import Notice, Thresholds
from sharing.oversight.watching import evaluating


@pytest.fixture
def low(cast: Any) -> None:
    """The MX auditor set low thresholds."""
    with acting_as(cast.identity("auditor")):
        Thresholds.objects.create(
            party_id="MX", per_hour=5, per_day=100, refusals=3, out_of_hours=500, off_subject=500
        )


@pytest.fixture
def reads(cast: Any) -> Callable[..., None]:
    """`reads(6)`: the recipient opens six records; `begin` numbers them."""

    def write(
        number: int, begin: int = 0, part: str = "recipient", tag: str = "record:read"
    ) -> None:
        with acting_as(cast.identity(part)):
            for n in range(begin, begin + number):
                detail = {"reference": f"US-OA-2026-{n:05d}"}
                log.write(tag, actor=cast.identity(part), about=f"record {n}", detail=detail)

    return write


@pytest.fixture
def look(cast: Any) -> Callable[..., int]:
    """Let the sequencer and then the watch run; how many notices were raised."""

    def run(party: str = "MX") -> int:
        sequencer.sequence()
        return evaluating.run(party)

    return run


@pytest.fixture
def seen(cast: Any) -> Callable[..., list[Notice]]:
    """The notices that one of the cast sees."""

    def found(part: str = "auditor") -> list[Notice]:
        with acting_as(cast.identity(part)):
            return list(Notice.objects.visible_to(cast.identity(part)))

    return found
