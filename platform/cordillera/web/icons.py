"""Icons as inline SVG, rendered once."""

from __future__ import annotations

from functools import lru_cache

import lucide
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


@lru_cache(maxsize=512)
def _drawn(name: str) -> str:
    return lucide._render_icon(
        name, None, **{"class": "icon", "stroke-width": "1.75", "focusable": "false"}
    )


def svg(name: str, label: str = "") -> SafeString:
    """The icon's markup; hidden from assistive technology unless it has a label of its own."""
    markup = _drawn(str(name))
    if not label:
        return mark_safe(markup.replace("<svg", '<svg aria-hidden="true"', 1))  # noqa: S308
    opening = format_html('<svg role="img" aria-label="{}"', label)
    return mark_safe(markup.replace("<svg", opening, 1))  # noqa: S308
