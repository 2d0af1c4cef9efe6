"""How often a password may be tried, and who may not be shut out by a stranger who tries.

Three limits, all in `ACCOUNT_RATE_LIMITS`: by address; by user name and address (`login_failed`);
and by user name wherever the tries come from (`login_failed_name`). The last one bounds a guess
that is spread over many addresses, but does not hold an officer up who comes from an address where
he signed in before, nor one with a passkey, who types no password. So whoever knows a user name
can shut out nobody but himself.
"""

from __future__ import annotations

import math
import time
from datetime import timedelta
from typing import Any

from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

from audit.models import Entry
from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as

from .models import Officer

APP, BY_PLACE, BY_NAME = "allauth.account", "login_failed", "login_failed_name"
#: So long an address counts as one where the officer signed in before.
KNOWN_FOR = timedelta(days=90)


def key(request: Any, username: str) -> str:
    """Whose tries from where are counted together."""
    return f"{name_key(username)}:{ratelimit.get_ip(request)}"


def name_key(username: str) -> str:
    return username.strip().lower()


def of_name(request: Any, username: str) -> RateLimitUsage:
    """Count a try against the user name. Raises ValidationError where a stranger has to wait."""
    counted = ratelimit.consume(request, app=APP, action=BY_NAME, key=name_key(username))
    if counted is not None:
        return counted
    if not _is_known(request, username):
        raise wait(request, BY_NAME, name_key(username))
    return RateLimitUsage(usage=[])


def wait(request: Any, action: str, limit_key: str) -> ValidationError:
    """What to tell who has to wait: for how long."""
    minutes = max(1, math.ceil(_wait_seconds(request, action, limit_key) / 60))
    words = ngettext(
        "Too many failed attempts. Wait %(minutes)d minute and try again.",
        "Too many failed attempts. Wait %(minutes)d minutes and try again.",
        minutes,
    )
    return ValidationError(words % {"minutes": minutes}, code="too_many_login_attempts")


def _is_known(request: Any, username: str) -> bool:
    """Whether the officer signed in from this address lately, or proves himself in his session."""
    officer = Officer.objects.filter(username=name_key(username)).first()
    if officer is None:
        return False
    if request.user.is_authenticated and request.user.pk == officer.pk:
        return True
    with acting_as(Identity.of_node(officer.party_id)):
        opened = Entry.objects.filter(
            about=str(officer.pk), tag="session:open", at__gt=clock.now() - KNOWN_FOR
        )
        addresses = set(opened.order_by().values_list("detail__address", flat=True).distinct())
    here = ratelimit.get_ip(request)
    return any(ratelimit.truncate_ip(address or "") == here for address in addresses)


def _wait_seconds(request: Any, action: str, limit_key: str) -> float:
    """How long until this rate limit admits another try; 0 when it admits one now."""
    waits = [0.0]
    for rate in ratelimit.get_rates(app=APP, action=action):
        name = ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=limit_key)
        tries = cache.get(name, [])  # newest first
        if len(tries) >= rate.amount:
            waits.append(tries[rate.amount - 1] + rate.duration - time.time())
    return max(waits)
