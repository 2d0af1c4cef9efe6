"""Where the log's pages stand: in the navigation, and on the auditors' first page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cordillera.web import navigation
from sharing.desk import reading

from .. import panels
from . import outcome, telling, witnesses


def register() -> None:
    navigation.register(
        navigation.Item("audit-log", _("Log"), "audit-log", "scroll-text", "audit.read", order=20)
    )
    panels.register(
        panels.Panel(
            "verification",
            _("Verification"),
            "shield-check",
            "audit-verification",
            "log.verify",
            outcome.summary,
            order=60,
        )
    )
    panels.register(
        panels.Panel(
            "witnesses",
            _("Witnesses"),
            "eye",
            "audit-witnesses",
            "audit.read",
            witnesses.summary,
            order=70,
        )
    )
    reading.ADDRESSES[telling.TOPIC] = lambda row: reverse("audit-witnesses")
