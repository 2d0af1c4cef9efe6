"""Whether a session that listens still lives, and what its officer may hear now."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from cordillera.access.identity import Identity
from cordillera.parties.sessions import fingerprint


def living(accounts: Iterable[UUID]) -> dict[str, Identity]:
    """Session fingerprint -> identity, for every session of these officers that has not ended.

    A deactivated officer has none, whatever his sessions say.
    """
    rows = UserSession.objects.filter(user__in=set(accounts), user__is_active=True)
    open_keys = set(
        Session.objects.filter(
            session_key__in=rows.values("session_key"), expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    return {
        fingerprint(row.session_key): Identity.of(row.user)
        for row in rows.select_related("user")
        if row.session_key in open_keys
    }
