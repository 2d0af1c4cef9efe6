"""What the desk does not keep for ever: live events after a week, read notifications after a year."""

from __future__ import annotations

from datetime import timedelta

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.events.retention import forget_old

from .models import Notification

NOTIFICATIONS_KEPT = timedelta(days=365)


def run(party: str) -> None:
    with acting_as(Identity.of_node(party)):
        forget_old(party)
        old = clock.now() - NOTIFICATIONS_KEPT
        Notification.objects.filter(party=party, created_at__lt=old).delete()
