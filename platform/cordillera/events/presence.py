"""How many streams of live events are open: each live process says so, the watch desk asks."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Mapping

from django.conf import settings
from redis import Redis, RedisError

KEY = "cordillera:live"
#: A process that has not spoken for so long has ended.
STALE_SECONDS = 20


def report(counts: Mapping[str, int]) -> None:
    """Say how many streams of each Party this process holds; a silent Redis is no matter."""
    name = f"{socket.gethostname()}:{os.getpid()}"
    try:
        with _redis() as redis:
            redis.hset(KEY, name, json.dumps({"at": time.time(), "counts": dict(counts)}))
            ended = [other for other, said in redis.hgetall(KEY).items() if _stale(said)]
            if ended:
                redis.hdel(KEY, *ended)
    except RedisError:
        return


def streams(party: str) -> int | None:
    """The Party's open streams over all live processes; None when none of them answers."""
    try:
        with _redis() as redis:
            fresh = [json.loads(said)["counts"] for said in redis.hvals(KEY) if not _stale(said)]
    except RedisError:
        return None
    return sum(int(counts.get(party, 0)) for counts in fresh) if fresh else None


def _stale(said: bytes) -> bool:
    return float(json.loads(said)["at"]) < time.time() - STALE_SECONDS


def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
