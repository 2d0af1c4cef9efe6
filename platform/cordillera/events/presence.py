"""Which processes of a sort run: each says so every few seconds, and whoever tells people asks.

A live process also says how many streams of events it holds.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Mapping

from django.conf import settings
from redis import Redis, RedisError

LIVE, EXCHANGE = "cordillera:live", "cordillera:exchange"
#: A process that has not spoken for so long has ended.
STALE_SECONDS = 20


def report(counts: Mapping[str, int], sort: str = LIVE) -> None:
    """Say that this process runs, and how many streams of each Party it holds; a silent Redis is no
    matter."""
    name = f"{socket.gethostname()}:{os.getpid()}"
    try:
        with _redis() as redis:
            redis.hset(sort, name, json.dumps({"at": time.time(), "counts": dict(counts)}))
            ended = [
                other
                for other, said in redis.hgetall(sort).items()
                if not _is_fresh(_read(said)[0])
            ]
            if ended:
                redis.hdel(sort, *ended)
    except RedisError:
        return


def streams(party: str) -> int | None:
    """The Party's open streams over all live processes; None when none of them answers."""
    fresh = _fresh(LIVE)
    return sum(counts.get(party, 0) for counts in fresh) if fresh else None


def is_running(sort: str) -> bool | None:
    """Whether a process of this sort runs; None where Redis does not answer, which nobody can tell."""
    fresh = _fresh(sort)
    return None if fresh is None else bool(fresh)


def _fresh(sort: str) -> list[dict[str, int]] | None:
    try:
        with _redis() as redis:
            heard = [_read(said) for said in redis.hvals(sort)]
            return [counts for at, counts in heard if _is_fresh(at)]
    except RedisError:
        return None


def _read(said: bytes) -> tuple[float, dict[str, int]]:
    """When a process spoke, and what it holds; what is none of ours was never said."""
    try:
        found = json.loads(said)
        return float(found["at"]), {
            str(code): int(count) for code, count in found["counts"].items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return 0.0, {}


def _is_fresh(at: float) -> bool:
    return at >= time.time() - STALE_SECONDS


def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
