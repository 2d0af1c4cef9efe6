"""Who reads another Party's record is counted, for his own Party alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cordillera.access.session import acting_as
from sharing.records.models import Reading
from sharing.records.reading.noted import note_reading
from tests.conftest import Cast


def read(cast: Cast, who: str, alert: Any, **detail: Any) -> None:
    identity = cast.identity(who)
    with acting_as(identity):
        note_reading(identity, alert, alert.current, **detail)


def readings(cast: Cast, part: str) -> list[Reading]:
    with acting_as(cast.identity(part)):
        return list(Reading.objects.order_by("officer"))


def test_each_opening_counts_and_each_officer_once(cast: Cast, alert: Any) -> None:
    read(cast, "recipient", alert, part="summary")
    read(cast, "recipient", alert, part="summary")
    read(cast, "recipient", alert, part="versions")
    read(cast, "analyst", alert, part="api")
    assert sorted(one.times for one in readings(cast, "recipient")) == [1, 2]
    assert readings(cast, "originator") == []


def test_ones_own_record_and_a_program_are_not_counted(cast: Cast, alert: Any) -> None:
    read(cast, "originator", alert, tag="record:print", own=True)
    program = replace(cast.identity("recipient"), is_system=True)
    with acting_as(program):
        note_reading(program, alert, alert.current, part="feed")
    assert readings(cast, "originator") == readings(cast, "recipient") == []


def test_reading_again_waits_to_be_told_again(cast: Cast, alert: Any) -> None:
    read(cast, "recipient", alert)
    with acting_as(cast.identity("recipient")):
        Reading.objects.update(tallied_at=alert.created_at)
    read(cast, "recipient", alert)
    assert readings(cast, "recipient")[0].tallied_at is None
