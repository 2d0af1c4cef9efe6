"""The one reader of a live process: tails the events of the Parties whose officers listen.

Redis wakes it; a poll each second finds what Redis did not say. All database work runs in one
thread of its own, with one connection, so that no client ever holds one.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection
from redis.asyncio import Redis
from redis.exceptions import RedisError

from cordillera.parties import sessions

from . import CHANNEL, admission, presence, reader
from .hub import Hub

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

POLL = 1.0
SESSIONS_EACH = 30.0
PRESENCE_EACH = 5.0


class Tail:
    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._followers: dict[str, reader.Follower] = {}
        self.read_at = time.monotonic()
        self._woken = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "live-database")
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        for work in (self._follow(), self._listen(), self._check_sessions(), self._report()):
            self._tasks.append(asyncio.create_task(work))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.ask(_close)
        self._thread.shutdown()

    async def ask(self, question: Callable[..., Answer], *arguments: Any) -> Answer:
        """Run database work in the one thread that has the connection."""
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, _fresh, question, *arguments
        )

    async def follower(self, party: str) -> reader.Follower:
        """Where the reading of `party` stands; begins it for the Party's first listener."""
        if party not in self._followers:
            begun = await self.ask(reader.Follower, party)
            self._followers.setdefault(party, begun)
        return self._followers[party]

    def wake(self) -> None:
        self._woken.set()

    async def _follow(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self._sweep()
            except DatabaseError as error:
                logger.warning("live.database: %s", error)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), POLL)

    async def _sweep(self) -> None:
        """Read every Party's new events once, and hand them on."""
        for party, follower in tuple(self._followers.items()):
            events = await self.ask(follower.next)
            self.hub.deliver(party, events, follower.position)
        self.read_at = time.monotonic()

    async def _listen(self) -> None:
        """Hear from Redis that something happened; without Redis the poll goes on."""
        while True:
            with suppress(RedisError, OSError):
                async with Redis.from_url(settings.REDIS_URL) as redis, redis.pubsub() as heard:
                    await heard.subscribe(CHANNEL, sessions.CHANNEL)
                    async for message in heard.listen():
                        self._hear(message)
            await asyncio.sleep(2)

    def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] != "message":
            return
        if message["channel"] == sessions.CHANNEL.encode():
            with suppress(ValueError, KeyError, TypeError):
                self.hub.forget(json.loads(message["data"])["session"])
        else:
            self.wake()

    async def _check_sessions(self) -> None:
        while True:
            await asyncio.sleep(SESSIONS_EACH)
            await self.check_sessions()

    async def check_sessions(self) -> None:
        """End the streams of sessions that ended without a word, and of deactivated officers."""
        before = {c.identity.account for c in self.hub.clients() if c.identity.account}
        try:
            living = await self.ask(admission.living, before)
        except DatabaseError as error:
            logger.warning("live.sessions: %s", error)
            return
        self.hub.refresh(living, before)

    async def _report(self) -> None:
        while True:
            await asyncio.to_thread(presence.report, self.hub.counts())
            await asyncio.sleep(PRESENCE_EACH)


def _close() -> None:
    connection.close()


def _fresh(question: Callable[..., Answer], *arguments: Any) -> Answer:
    """Answer on a connection that works: one that broke is closed, and opened by the next."""
    try:
        return question(*arguments)
    except DatabaseError:
        connection.close()
        raise
