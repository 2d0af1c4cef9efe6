"""The API's own housekeeping."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as

from . import idempotency


@shared_task(name="api.forget")
def forget() -> None:
    """Kept answers go after a day, also those of accounts that call no more."""
    with acting_as(Identity.of_node(settings.HOSTED_PARTIES[0])):
        idempotency.forget()
