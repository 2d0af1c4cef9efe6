"""Where the auditors' first page stands, and what it has of its own."""

from __future__ import annotations

from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from cordillera.web import navigation

from .. import panels
from . import week


def register() -> None:
    navigation.register(
        navigation.Item(
            "oversight",
            _("Oversight"),
            "oversight",
            "shield-check",
            "audit.read",
            order=10,
            shortcut="o",
        )
    )
    panels.register(
        panels.Panel(
            "refusals",
            _("Refused attempts"),
            "octagon-minus",
            "audit-log",
            "audit.read",
            week.refusals,
            order=80,
            query=urlencode({"tag": week.REFUSED}),
        )
    )
