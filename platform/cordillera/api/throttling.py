"""At most so many requests a minute per token, in a sliding window counted by Redis.

The window slides by weighing: the last whole minute counts by the part of it that is still within
sixty seconds. Two numbers per caller, one round trip. Without Redis there is no limit, because a
record that cannot be posted is worse than a request too many.
"""

from __future__ import annotations

import hashlib
import logging
from functools import cache

import redis
from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

logger = logging.getLogger("cordillera.api")
WINDOW = 60

#: Counts this request unless the window is full; answers the seconds to wait, 0 if counted.
COUNT = """
local now = redis.call('TIME')
local seconds = tonumber(now[1]) + tonumber(now[2]) / 1000000
local window, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local at = math.floor(seconds / window)
local into = seconds - at * window
local present, before = KEYS[1] .. at, KEYS[1] .. (at - 1)
local counted = tonumber(redis.call('GET', present) or '0')
local earlier = tonumber(redis.call('GET', before) or '0')
local used = counted + earlier * (window - into) / window
if used + 1 <= most then
    redis.call('INCR', present)
    redis.call('EXPIRE', present, 2 * window)
    return '0'
end
if counted + 1 <= most then
    return tostring((used + 1 - most) * window / earlier)
end
return tostring(window - into + (counted + 1 - most) * window / counted)
"""


class PerToken(BaseThrottle):
    """Per token; per network address for who has none, so that guessing is slow too."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def allow_request(self, request: Request, view: object) -> bool:
        try:
            self.seconds = float(
                _client(settings.REDIS_URL).eval(
                    COUNT, 1, _key(request), str(WINDOW), str(settings.API_REQUESTS_PER_MINUTE)
                )
            )
        except redis.RedisError as error:
            logger.warning("api.unlimited", extra={"error": str(error)})
            return True
        return self.seconds <= 0

    def wait(self) -> float:
        return self.seconds + 1


def _key(request: Request) -> str:
    known = request._request.identity is not None  # type: ignore[attr-defined]
    header = request.headers.get("Authorization", "") if known else ""
    # The token alone: "bearer" can be written in many ways, and each would have a limit of its own.
    who = header.partition(" ")[2].strip() or _address(request)
    # In braces, so that a cluster keeps a caller's two counters together.
    return f"api:{{{hashlib.sha256(who.encode('utf-8', 'replace')).hexdigest()[:32]}}}:"


def _address(request: Request) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
