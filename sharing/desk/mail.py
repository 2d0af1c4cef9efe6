"""E-mail that carries no content: something waits in Cordillera, and where.

Not the record's title, not its kind, not even who sent it: mail leaves the platform's protection.
An officer gets at most one in half an hour, and none if he switched it off.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Max, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties.models import Officer

from .alone import alone
from .models import Notification

logger = logging.getLogger(__name__)
APART = timedelta(minutes=30)
#: Older notifications are no news: the demo's past year, or a mail server that was away for days.
FRESH = timedelta(days=1)


def send(party: str) -> int:
    """Mail every officer of `party` for whom something new waits; how many were sent.

    A mail that cannot be sent is tried again at the next run.
    """
    with acting_as(Identity.of_node(party)):
        if not alone("desk.mail", party):
            return 0
        now = clock.now()
        sent = [officer.pk for officer in _due(party, now) if _send(officer)]
        _waiting(party, now).filter(officer__in=sent).update(mailed_at=now)
    return len(sent)


def is_due(party: str) -> bool:
    """Whether anybody would get mail now."""
    with acting_as(Identity.of_node(party)):
        return _due(party, clock.now()).exists()


def _waiting(party: str, now: datetime) -> QuerySet[Notification]:
    return Notification.objects.filter(
        party=party, read_at=None, mailed_at=None, created_at__gt=now - FRESH
    )


def _due(party: str, now: datetime) -> QuerySet[Officer]:
    """Officers who want mail, have something new and had no mail lately."""
    lately = (
        Notification.objects.filter(party=party, mailed_at__gt=now - APART)
        .values("officer")
        .annotate(last=Max("mailed_at"))
        .values("officer")
    )
    return (
        Officer.objects.filter(
            pk__in=_waiting(party, now).values("officer"),
            is_active=True,
            is_system=False,
            mail_notices=True,
        )
        .exclude(email="")
        .exclude(pk__in=lately)
    )


def _send(officer: Officer) -> bool:
    with override(officer.language):
        subject = _("Something waits for you in Cordillera")
        context = {"officer": officer, "url": f"{settings.PUBLIC_URL}/notifications/"}
        text = render_to_string("desk/mail/waiting.txt", context)
    try:
        send_mail(subject, text, None, [officer.email])
    except OSError as error:
        logger.warning("desk.mail: %s", error)
        return False
    return True
