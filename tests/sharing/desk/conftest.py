"""The alert as it lies in the recipient's inbox."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cordillera.access.session import acting_as
from sharing.desk import arrival
from sharing.desk.models import InboxItem


@pytest.fixture
def arrived(cast: Any, alert: Any) -> InboxItem:
    arrival.arrive("MX")
    with acting_as(cast.identity("recipient")):
        found: InboxItem = InboxItem.objects.select_related("record").get(record=alert)
    return found


def signed_in(officer: Any) -> Client:
    client = Client()
    client.force_login(officer)
    return client
