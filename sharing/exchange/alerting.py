"""Tell the administrators, once, when a channel is behind for longer than a setting.

The mail says that something waits and for whom, never what.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit import log
from cordillera import clock
from cordillera.access.identity import ADMINISTRATOR, Identity
from cordillera.access.session import acting_as
from cordillera.parties.models import Officer

from . import board, channels
from .board import Row
from .models import Channel

logger = logging.getLogger(__name__)


def watch(party: str) -> int:
    """Look at the Party's channels; how many new alerts there were."""
    node = Identity.of_node(party)
    with acting_as(node):
        rows = board.rows(party)
        late = [row for row in rows if row.is_behind and row.channel.alerted_at is None]
        fine = [row for row in rows if not row.is_behind and row.channel.alerted_at is not None]
        for row in late:
            _note(node, row, "channel:behind")
            Channel.objects.filter(pk=row.channel.pk).update(alerted_at=clock.now())
        for row in fine:
            _note(node, row, "channel:caught-up")
            Channel.objects.filter(pk=row.channel.pk).update(alerted_at=None)
        for row in (*late, *fine):
            channels.tell(row.channel)
    if late:
        _mail(party, late)
    return len(late)


def _note(node: Identity, row: Row, tag: str) -> None:
    detail = {"queued": row.queued, "seconds": row.lag, "error": row.channel.last_error}
    log.write(tag, actor=node, about=f"{row.channel.sender}-{row.channel.recipient}", detail=detail)


def _mail(party: str, late: list[Row]) -> None:
    """After the commit, and failing alone: the pages show it as well."""
    found = Officer.objects.filter(
        party_id=party, roles__contains=[ADMINISTRATOR], is_active=True, is_system=False
    )
    for officer in found.exclude(email=""):
        with override(officer.language):
            address = f"{settings.PUBLIC_URL}{reverse('channels')}"
            body = render_to_string("exchange/behind.txt", {"rows": late, "address": address})
            try:
                send_mail(
                    settings.EMAIL_SUBJECT_PREFIX + _("A channel is behind"),
                    body,
                    settings.DEFAULT_FROM_EMAIL,
                    [officer.email],
                )
            except OSError as error:
                logger.warning("exchange.alert: no mail to an administrator: %s", error)
