"""Mails about an officer's own account: that something changed, so that a stranger's hand shows."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from cordillera import clock

from .models import Officer


def account_changed(officer: Officer, address: str, what: str) -> None:
    """After commit, tell the officer at `address`; `what` is address, factors or closed."""
    if address and not officer.is_system:
        transaction.on_commit(lambda: _send(officer.language, address, what), robust=True)


def _send(language: str, address: str, what: str) -> None:
    with translation.override(language):
        body = render_to_string("parties/mail/changed.txt", {"what": what, "at": clock.now()})
        send_mail(_("Your account was changed"), body, settings.DEFAULT_FROM_EMAIL, [address])
