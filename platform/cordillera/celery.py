"""The Celery application: work that outlasts a request, and the sweeps that find what was missed."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

from cordillera import garbage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordillera.settings")

app = Celery("cordillera")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def protected(**kwargs: Any) -> None:
    from cordillera.access.checks import refuse_to_start_unprotected

    refuse_to_start_unprotected()


@worker_init.connect
def settled(**kwargs: Any) -> None:
    """The processes that are forked from here share what is loaded."""
    garbage.settle()
