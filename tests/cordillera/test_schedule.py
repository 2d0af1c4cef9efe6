"""What beat rings for exists, under the very name."""

from __future__ import annotations

import pytest
from django.conf import settings

from cordillera.celery import app


@pytest.mark.parametrize(
    "line", settings.CELERY_BEAT_SCHEDULE.values(), ids=lambda line: line["task"]
)
def test_every_task_of_the_schedule_exists(line: dict[str, object]) -> None:
    app.loader.import_default_modules()
    assert line["task"] in app.tasks


def test_a_queue_of_some_seconds_lets_every_sweep_through() -> None:
    options = [task.get("options", {}) for task in settings.CELERY_BEAT_SCHEDULE.values()]
    expiries = [one["expires"] for one in options if isinstance(one, dict) and "expires" in one]
    assert min(expiries) >= 10
