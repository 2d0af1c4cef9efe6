"""Which tickets were used: each opens one stream, whichever live process it is shown to.

Redis remembers for all processes, for as long as a ticket is valid. While Redis is away each
process goes by its own memory, so that losing Redis silences no page: a ticket that somebody copied
could then open one stream in each further process, within its sixty seconds, while its session
lives, and only to hear that something changed, never what.
"""

from __future__ import annotations

import logging
import time

from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
KEY = "cordillera:ticket:{}"
REDIS_SECONDS = 1


class Spent:
    """The memory of one live process, and through Redis that of all."""

    def __init__(self) -> None:
        self._redis = Redis.from_url(
            settings.REDIS_URL, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
        )
        self._own: dict[str, float] = {}

    async def spend(self, nonce: str) -> bool:
        """Whether the ticket with this nonce is used for the first time; now it is used."""
        if not self._spend_here(nonce):
            return False
        seconds = max(1, int(settings.LIVE_TICKET_SECONDS))
        try:
            return bool(await self._redis.set(KEY.format(nonce), 1, nx=True, ex=seconds))
        except (RedisError, OSError) as error:
            logger.warning("live.tickets: each process goes by its own memory: %s", error)
            return True

    async def close(self) -> None:
        await self._redis.aclose()

    def _spend_here(self, nonce: str) -> bool:
        """In this process; what is too old to be valid anyway is forgotten."""
        now = time.monotonic()
        for old in [n for n, until in self._own.items() if until < now]:
            del self._own[old]
        if nonce in self._own:
            return False
        self._own[nonce] = now + settings.LIVE_TICKET_SECONDS
        return True
