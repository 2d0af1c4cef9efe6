"""What is cleared away each day: sessions that expired, with their lines in the session lists."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone


@shared_task(name="parties.tidy", ignore_result=True)
def tidy() -> int:
    """How many lines went. An expired session opens nothing; this only keeps the tables small."""
    with transaction.atomic():
        Session.objects.filter(expire_date__lt=timezone.now()).delete()
        gone = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
        return gone.delete()[0]
