"""Live events. `emit` in the action's transaction; the live process tails the table."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

logger = logging.getLogger(__name__)
CHANNEL = "cordillera:events"


def emit(party: str, topic: str, thing: object = "", named: Iterable[UUID] | None = None) -> None:
    """Tell `party`'s officers (only `named`, where given) that `thing` changed, after commit."""
    from .models import Event

    Event.objects.bulk_create(
        [
            Event(
                party=party,
                topic=topic,
                thing=str(thing),
                named=None if named is None else list(named),
            )
        ]
    )
    transaction.on_commit(_wake)


def _wake() -> None:
    """The pub/sub message only wakes; the table is the truth."""
    import redis
    from django.conf import settings

    try:
        _redis(settings.REDIS_URL).publish(CHANNEL, "")
    except redis.RedisError as error:
        logger.warning("events.silent", extra={"error": str(error)})


_clients: dict[str, Any] = {}


def _redis(url: str) -> Any:
    import redis

    if url not in _clients:
        _clients[url] = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
    return _clients[url]
