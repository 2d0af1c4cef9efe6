"""Whether the process by which other nodes come in runs: else each of them is answered 404."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Tags, Warning, register
from django.db import DatabaseError

from cordillera.events import presence
from cordillera.parties import peers

#: So often the process says that it is there, in seconds.
EVERY = 5


def tell() -> None:
    """This process is one."""
    presence.report({}, presence.EXCHANGE)


def is_missing() -> bool:
    """Other nodes are enrolled that come in by it, and none runs."""
    return _has_none() and peers.enrolled().exists()


def _has_none() -> bool:
    wanted = settings.EXCHANGE_APART and not settings.EXCHANGE_FETCHES
    return wanted and presence.is_running(presence.EXCHANGE) is False


@register(Tags.security, deploy=True)
def runs(**kwargs: Any) -> list[Warning]:
    try:
        if not is_missing():
            return []
    except DatabaseError:
        return []  # nobody can tell: the settings are checked without a database, too
    return [
        Warning(
            "EXCHANGE_APART is on, and no exchange process runs: other nodes are answered 404.",
            hint="Start uvicorn sharing.exchange.apart:application and let the proxy pass"
            " /exchange/v1/ to it, or set EXCHANGE_APART=off.",
            id="exchange.W001",
        )
    ]
