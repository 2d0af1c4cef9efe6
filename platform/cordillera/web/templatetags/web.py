"""The small components of every page: `{% load web %}`. README.md beside shows each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cordillera import clock
from cordillera.web import files, moments
from cordillera.web.icons import svg
from cordillera.web.words import PARTY_NAMES, PRIORITIES, STATES

register = template.Library()
NOTHING = SafeString("")


@register.simple_tag
def stylesheets() -> list[str]:
    return files.STYLESHEETS


@register.simple_tag
def modules() -> list[str]:
    return files.MODULES


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Lucide icon, inline. Without a label it is decoration, hidden from screen readers."""
    return svg(name, label)


@register.simple_tag
def chip(label: Any, tone: str = "", icon: str = "") -> SafeString:
    """A short coloured word; tone is red, amber, green, blue, violet, outline or empty."""
    picture = svg(icon) if icon else NOTHING
    return format_html('<span class="chip {}">{}{}</span>', tone, picture, label)


@register.simple_tag
def priority(code: str) -> SafeString:
    """`{% priority record.priority %}`: low, normal, high, urgent; nothing where a kind has none."""
    if not code:
        return NOTHING
    label, tone = PRIORITIES.get(code, (code, ""))
    return chip(label, tone)


@register.simple_tag
def state(code: str) -> SafeString:
    """`{% state record.state %}`: the record's state in words and colour."""
    label, tone = STATES.get(code, (code, ""))
    return chip(label, tone)


@register.simple_tag
def tlp(label: str) -> SafeString:
    """The Traffic Light Protocol label, as FIRST TLP 2.0 writes and colours it."""
    return format_html('<span class="tlp" data-tlp="{0}">TLP:{0}</span>', label)


@register.simple_tag(takes_context=True)
def party(context: template.Context, code: Any, form: str = "") -> SafeString:
    """A Party's code with its colour; `form` "name" writes the country beside it."""
    code = str(code)
    name = PARTY_NAMES.get(code, code)
    you = "you" if getattr(context.get("identity"), "party", None) == code else ""
    if form == "name":
        return format_html(
            '<span class="party {}" data-party="{}"><span class="code" aria-hidden="true">{}</span>'
            "{}</span>",
            *(you, code, code, name),
        )
    return format_html(
        '<span class="party {}" data-party="{}"><abbr class="code" title="{}">{}</abbr></span>',
        *(you, code, name, code),
    )


@register.simple_tag(takes_context=True)
def parties(context: template.Context, codes: Iterable[Any]) -> SafeString:
    """Several Parties in a row."""
    chips = format_html_join("", "{}", ((party(context, code),) for code in codes))
    return format_html('<span class="parties">{}</span>', chips)


@register.simple_tag
def when(moment: datetime | None, form: str = "short") -> SafeString:
    """A moment in the reader's time zone, UTC in the title; `form` "long" writes UTC beside it."""
    if moment is None:
        return format_html('<span class="muted">{}</span>', _("not yet"))
    return moments.element(moment, form)


@register.simple_tag
def day(value: date | str | None) -> SafeString:
    """A date without a time, in the reader's language. ISO text is accepted."""
    if not value:
        return NOTHING
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), moments.day_words(value))


@register.simple_tag
def ago(moment: datetime | None) -> SafeString:
    """How long ago (or until), short: 4 min, 3 h, 2 d; the full moment in the title."""
    if moment is None:
        return NOTHING
    short = moments.distance(moment, clock.now())
    full = moments.words(moment, "long")
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), full, short)


@register.inclusion_tag("web/components/empty.html")
def empty(
    icon: str, title: str, text: str = "", action: str = "", url: str = "", key: str = ""
) -> dict[str, Any]:
    """What a page without content says: why it is empty, and what to do."""
    return {"icon": icon, "title": title, "text": text, "action": action, "url": url, "key": key}


@register.inclusion_tag("web/components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Any) -> dict[str, Any]:
    """Links to the other pages of a Django Paginator's page, or of an object with
    `previous_query`, `next_query` and `words`."""
    return {"page": page, "request": context.get("request")}
