"""What time brings: sessions that expired are cleared away, keys that grew old are replaced."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from audit import keys as log_keys

from . import keys, keysets, peers
from .turns import in_turn


@shared_task(name="parties.tidy", ignore_result=True)
def tidy() -> int:
    """How many lines went. An expired session opens nothing; this only keeps the tables small."""
    with transaction.atomic():
        Session.objects.filter(expire_date__lt=timezone.now()).delete()
        gone = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
        return gone.delete()[0]


@shared_task(name="parties.rotate_keys", ignore_result=True)
def rotate_keys() -> int:
    """How many keys of hosted Parties were rotated because of their age.

    A node that was set up before key sets named the log announces it then.
    """
    for party in settings.HOSTED_PARTIES:
        if not keysets.is_due(party):
            keysets.announce_log(party)
    return len(keys.rotate_by_age())


@shared_task(name="parties.destroy_keys", ignore_result=True)
def destroy_keys() -> int:
    """How many private halves of sealing keys were destroyed."""
    return len(keys.destroy_old_sealing())


@shared_task(name=keysets.logs.TASK, ignore_result=True)
def settle_logs() -> None:
    """Rung when a key set came or a peer was removed, and by the clock, since LOG_SHARED may have
    changed."""
    log_keys.share_anew()
    in_turn(keysets.logs.settle, peers.enrolled().values_list("party_id", flat=True))
