"""Where the watch stands: in the navigation, on the first page, behind its notifications."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cordillera.web import navigation
from sharing.desk import reading
from sharing.desk.models import Notification

from .. import panels
from . import queries
from .summary import summary


def register() -> None:
    navigation.register(
        navigation.Item(
            "watch",
            _("Watch"),
            "watch",
            "binoculars",
            "watch.read",
            count=queries.waiting,
            order=40,
        )
    )
    panels.register(
        panels.Panel(
            "watch", _("Unusual use"), "binoculars", "watch", "watch.read", summary, order=20
        )
    )
    reading.ADDRESSES["watch"] = leads


def leads(row: Notification) -> str:
    return reverse("watch-notice", args=[row.key.partition(":")[2]])
