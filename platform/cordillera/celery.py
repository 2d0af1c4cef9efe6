"""The Celery application: work that outlasts a request, and the sweeps that find what was missed."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_init
from django.db import close_old_connections

from cordillera import broker, garbage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordillera.settings")

broker.endure()
app = Celery("cordillera")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def protected(**kwargs: Any) -> None:
    from cordillera.access.checks import refuse_to_start_unprotected

    refuse_to_start_unprotected()


@task_prerun.connect
@task_postrun.connect
def reused(**kwargs: Any) -> None:
    """A connection serves the tasks of its process one after the other, as it serves requests: what
    is too old or of no use any more goes. Celery of itself makes a new one for every task, which
    costs more than most tasks (see CELERY_DB_REUSE_MAX)."""
    close_old_connections()


@worker_init.connect
def settled(**kwargs: Any) -> None:
    """The processes that are forked from here share what is loaded."""
    garbage.settle()
