from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from cordillera.access.session import acting_as
from sharing.records import actions
from tests.conftest import Cast, alert_body, alert_handling, released
from tests.cordillera.api.conftest import calls

__all__ = ["calls"]


@pytest.fixture
def reading(cast: Cast) -> Callable[..., str]:
    """What a page shows to a part of the cast."""

    def read(part: str, address: str, **query: str) -> str:
        client = Client()
        client.force_login(getattr(cast, part))
        return client.get(address, query).content.decode()

    return read


@pytest.fixture
def release(cast: Cast) -> Callable[..., Any]:
    """A record of US released with this handling."""

    def make(*audience: str, **handling: Any) -> Any:
        me = cast.identity("originator")
        with acting_as(me):
            record = actions.draft(
                kind="offence_alert",
                by=me,
                body=alert_body(),
                handling=alert_handling(*audience, **handling),
            )
        return released(cast, record)

    return make
