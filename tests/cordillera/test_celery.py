"""The tasks of one process and their connection to the database."""

from __future__ import annotations

from types import SimpleNamespace

import psycopg
import pytest
from celery.fixups.django import DjangoWorkerFixup
from celery.signals import task_postrun, task_prerun
from django.conf import settings
from django.db import connection

from cordillera.celery import app

pytestmark = pytest.mark.django_db(transaction=True)
TASK = SimpleNamespace(request=SimpleNamespace(is_eager=False))


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def another_task() -> None:
    """What a worker does between two tasks."""
    fixup = DjangoWorkerFixup(app)
    for signal, step in (
        (task_postrun, fixup.on_task_postrun),
        (task_prerun, fixup.on_task_prerun),
    ):
        step(TASK)
        signal.send(sender=None)


def test_tasks_share_their_process_s_connection() -> None:
    first = backend()
    another_task()
    assert backend() == first


def test_a_connection_that_was_cut_is_replaced_before_the_next_task() -> None:
    first = backend()
    found = settings.DATABASES["default"]
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [first])
    another_task()
    assert found["CONN_HEALTH_CHECKS"]
    assert backend() != first
