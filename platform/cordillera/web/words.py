"""Words and colours of the values that every page shows."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PARTY_NAMES = {"US": _("United States"), "MX": _("Mexico"), "CA": _("Canada")}

#: code: (label, tone of the chip)
PRIORITIES = {
    "low": (pgettext_lazy("priority", "Low"), ""),
    "normal": (pgettext_lazy("priority", "Normal"), "blue"),
    "medium": (pgettext_lazy("priority", "Medium"), "amber"),
    "high": (pgettext_lazy("priority", "High"), "red"),
    "urgent": (pgettext_lazy("priority", "Urgent"), "red"),
}

STATES = {
    "draft": (pgettext_lazy("state", "Draft"), "outline"),
    "in_review": (pgettext_lazy("state", "In review"), "amber"),
    "released": (pgettext_lazy("state", "Released"), "green"),
    "amended": (pgettext_lazy("state", "Amendment open"), "amber"),
    "recalled": (pgettext_lazy("state", "Recalled"), "red"),
    "expired": (pgettext_lazy("state", "Expired"), ""),
    "locked": (pgettext_lazy("state", "Locked"), "violet"),
    "deleted": (pgettext_lazy("state", "Deleted"), ""),
    "superseded": (pgettext_lazy("state", "Superseded"), ""),
    "discarded": (pgettext_lazy("state", "Discarded"), ""),
}
