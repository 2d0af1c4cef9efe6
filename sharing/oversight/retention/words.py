"""What retention calls its rules and what it removed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

RULES = {
    "unreviewed": _("nobody reviewed it by its day"),
    "expired": _("it expired"),
    "recalled": _("it was recalled"),
}


def _said(name: str, number: int) -> str:
    words = {
        "versions": ngettext("%(n)d signed version", "%(n)d signed versions", number),
        "terms": ngettext(
            "%(n)d term or link to find it by", "%(n)d terms and links to find it by", number
        ),
        "documents": ngettext("%(n)d search document", "%(n)d search documents", number),
        "exports": ngettext(
            "%(n)d kept answer of the API", "%(n)d kept answers of the API", number
        ),
        "attachments": ngettext("%(n)d attached file", "%(n)d attached files", number),
    }
    return words.get(name, f"{name}: %(n)d") % {"n": number}


def removed_words(removed: dict[str, Any]) -> list[str]:
    """How many of what, without what there was none of."""
    return [_said(name, int(number)) for name, number in removed.items() if number]
