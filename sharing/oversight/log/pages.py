"""The tabs over the log's pages."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _


def tabs() -> list[tuple[str, str, str]]:
    """Name, label and address of each page."""
    return [
        ("entries", _("Entries"), reverse("audit-log")),
        ("verification", _("Verification"), reverse("audit-verification")),
        ("witnesses", _("Witnesses"), reverse("audit-witnesses")),
        ("bundle", _("Signed bundle"), reverse("audit-bundle")),
    ]
