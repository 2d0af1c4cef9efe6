"""The Celery application: work that outlasts a request, and the sweeps that find what was missed."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordillera.settings")

app = Celery("cordillera")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
