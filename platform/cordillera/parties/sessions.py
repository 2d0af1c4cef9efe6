"""Sessions that end: the database forgets them, and the live app is told at once."""

from __future__ import annotations

import hashlib
import json
import logging

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from redis import Redis, RedisError

from audit import log
from cordillera.access.decide import require
from cordillera.access.identity import Identity

from .models import Officer

logger = logging.getLogger(__name__)

CHANNEL = "cordillera:sessions"


def fingerprint(session_key: str) -> str:
    """What names a session outside the database: its SHA-256, so that nobody can use it."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def end_all(officer: Officer, *, but: str = "") -> int:
    """End the officer's sessions, except the one with the key `but`. How many ended."""
    return _end(UserSession.objects.filter(user=officer).exclude(session_key=but))


@transaction.atomic
def revoke(*, officer: Officer, rows: QuerySet[UserSession], by: Identity) -> int:
    """End some of an officer's sessions, at his own wish or his administrator's."""
    if by.account != officer.pk:
        require(by, "officer.manage", officer)
    ended = _end(rows.filter(user=officer))
    log.write("session:revoke", actor=by, about=officer.pk, detail={"sessions": ended})
    return ended


def _end(rows: QuerySet[UserSession]) -> int:
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    announce_end(keys)
    return len(keys)


def announce_end(session_keys: list[str]) -> None:
    """After commit, tell the live app to forget these sessions' clients."""
    if session_keys:
        transaction.on_commit(lambda: _publish(session_keys))


def _publish(session_keys: list[str]) -> None:
    # The session is gone from the database already; the live app's tickets expire by themselves,
    # so a silent Redis delays the end by a minute and never prevents it.
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=2) as redis:
            for key in session_keys:
                redis.publish(CHANNEL, json.dumps({"session": fingerprint(key)}))
    except RedisError as error:
        logger.warning("sessions.silent: %s", error)
