"""Who holds this bearer token? Only digests are kept; a token is 256 random bits."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.conf import settings

from cordillera import clock
from cordillera.access.identity import Identity

from .models import AccessToken

PREFIX = "cord_"
#: A token's last use is written at most this often, or every request would write.
USE_EVERY = timedelta(minutes=1)
LONGEST = 200


def digest(raw: str) -> str:
    """SHA-256 suffices without salt or stretching, since the token itself is random."""
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()


def identify(raw: str) -> Identity | None:
    """The identity of a token in force, else None.

    Constant work: every text is hashed and looked up the same way, and the index compares digests,
    whose order tells nothing about tokens.
    """
    token = (
        AccessToken.objects.select_related("account").filter(digest=digest(raw[:LONGEST])).first()
    )
    now = clock.now()
    if token is None or token.revoked_at or token.expires_at <= now or not token.account.is_active:
        return None
    if token.account.party_id not in settings.HOSTED_PARTIES:
        return None
    if token.last_used_at is None or now - token.last_used_at >= USE_EVERY:
        # Skipped while another request writes it: that one may take long, and none should wait.
        free = AccessToken.objects.select_for_update(skip_locked=True).filter(pk=token.pk)
        AccessToken.objects.filter(pk__in=free.values("pk")).update(last_used_at=now)
    return Identity.of(token.account, scopes=frozenset(token.scopes))
