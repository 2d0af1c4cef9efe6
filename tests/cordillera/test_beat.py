"""The clock process when the machine's clock is put back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from celery import Celery

from cordillera.beat import Scheduler

NOON = datetime(2026, 11, 13, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Counting(Scheduler):
    """Counts what it would send."""

    def apply_entry(self, entry: object, producer: object = None) -> None:
        self.sent += 1

    sent = 0
    producer = None


def scheduler(folder: Path) -> Counting:
    app = Celery("test", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = {
        name: {"task": name, "schedule": seconds} for name, seconds in (("a", 2.0), ("b", 5.0))
    }
    return Counting(app, schedule_filename=str(folder / "beat"))


def run(beat: Scheduler, start: datetime, seconds: int) -> None:
    """Let it tick each half second from `start`."""
    for step in range(seconds * 2):
        with time_machine.travel(start + timedelta(seconds=step / 2), tick=False):
            while beat.tick() == 0:
                pass


@pytest.fixture
def beat(tmp_path: Path) -> Iterator[Counting]:
    with time_machine.travel(NOON, tick=False):
        made = scheduler(tmp_path)
        made.setup_schedule()
    yield made
    made.close()


def test_sweeps_go_on_when_the_clock_is_put_back(beat: Counting) -> None:
    run(beat, NOON, 10)
    before = beat.sent
    assert before >= 5
    run(beat, NOON - HOUR, 10)
    assert beat.sent - before >= 5


def test_a_time_written_down_before_the_clock_was_put_back_is_not_believed(
    beat: Counting, tmp_path: Path
) -> None:
    run(beat, NOON, 10)
    beat.close()
    with time_machine.travel(NOON - HOUR, tick=False):
        again = scheduler(tmp_path)
    run(again, NOON - HOUR, 10)
    assert again.sent >= 5
    again.close()
