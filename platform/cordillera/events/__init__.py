"""Live events. `emit` in the action's transaction; the live process tails the table."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction

if TYPE_CHECKING:
    from redis import Redis

logger = logging.getLogger(__name__)
CHANNEL = "cordillera:events"
# By hand: a channel's backlog tells of thousands of records a second.
_INSERT = """
    INSERT INTO events_event (party, topic, thing, named)
    SELECT g.party, g.topic, g.thing, g.named::uuid[]
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS g(party, topic, thing, named)
"""


@dataclass(frozen=True, slots=True)
class News:
    """That `thing` changed, for `party`'s officers; where `named` is given, for these alone."""

    party: str
    topic: str
    thing: object = ""
    named: tuple[UUID, ...] | None = None


def emit(party: str, topic: str, thing: object = "", named: Iterable[UUID] | None = None) -> None:
    """Tell `party`'s officers (only `named`, where given) that `thing` changed, after commit."""
    emit_all([News(party, topic, thing, None if named is None else tuple(named))])


def emit_all(news: Iterable[News]) -> None:
    """The same for many changes, in one statement."""
    rows = [(one.party, one.topic, str(one.thing), _array(one.named)) for one in news]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [list(column) for column in zip(*rows, strict=True)])
        transaction.on_commit(_wake)


def _array(named: tuple[UUID, ...] | None) -> str | None:
    """As PostgreSQL writes it: an array of arrays would have to be rectangular."""
    return None if named is None else "{" + ",".join(map(str, named)) + "}"


def _wake() -> None:
    """The pub/sub message only wakes; the table is the truth."""
    from django.conf import settings
    from redis import RedisError

    try:
        _redis(settings.REDIS_URL).publish(CHANNEL, "")
    except RedisError as error:
        logger.warning("events.silent: %s", error)


@cache
def _redis(url: str) -> Redis:
    from redis import Redis

    return Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
