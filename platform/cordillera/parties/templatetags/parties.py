"""The tabs of the account and administration pages: `{% load parties %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from cordillera.access.decide import permits
from cordillera.parties import words
from cordillera.parties.models import ROLES

register = template.Library()

#: Marks in a browser's own description, the more special first.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def _tabs(context: Any, items: list[tuple[str, str, str]]) -> dict[str, Any]:
    path = context["request"].path
    urls = [
        (reverse(name), label) for name, label, permission in items if _open(context, permission)
    ]
    # The password pages stand under "Signing in", though their address does not say so.
    at = reverse("mfa_index") if path.startswith(reverse("account_change_password")) else path
    current = max((url for url, _label in urls if at.startswith(url)), key=len, default="")
    return {"tabs": [(url, label, url == current) for url, label in urls]}


def _open(context: Any, permission: str) -> bool:
    return bool(permits(context["request"].identity, permission))


@register.inclusion_tag("parties/tabs.html", takes_context=True)
def account_tabs(context: Any) -> dict[str, Any]:
    return {
        "label": _("Your account"),
        **_tabs(
            context,
            [
                ("account", _("Details"), "account.own"),
                ("mfa_index", _("Signing in"), "account.own"),
                ("usersessions_list", _("Sessions"), "account.own"),
                ("account-tokens", _("Access tokens"), "token.own"),
            ],
        ),
    }


@register.inclusion_tag("parties/tabs.html", takes_context=True)
def administration_tabs(context: Any) -> dict[str, Any]:
    return {
        "label": _("Administration"),
        **_tabs(
            context,
            [
                ("administration", _("Officers"), "administration.read"),
                ("administration-invitations", _("Invitations"), "administration.read"),
                ("administration-units", _("Units"), "administration.read"),
                ("administration-systems", _("System accounts"), "administration.read"),
                ("administration-keys", _("Keys"), "key.manage"),
                ("administration-peers", _("Other nodes"), "peer.manage"),
                ("channels", _("Channels"), "channel.read"),
                ("administration-agreements", _("Agreements"), "agreement.manage"),
                ("administration-settings", _("Settings"), "administration.read"),
            ],
        ),
    }


@register.simple_tag
def role_chip(role: str) -> str:
    """A role in the reader's language."""
    return format_html('<span class="chip">{}</span>', dict(ROLES).get(role, role))


@register.simple_tag
def about_words(entry: Any, names: dict[str, str]) -> str:
    """A name where the id is an account's, a record's reference, else the id's first part."""
    about = entry.about
    if reference := entry.detail.get("reference"):
        return format_html("<code>{}</code>", reference)
    if about in names:
        return names[about]
    if len(about) == 36 and about.count("-") == 4:
        return format_html('<code title="{}">{}…</code>', about, about[:8])
    return format_html("<code>{}</code>", about)


@register.simple_tag
def browser(user_agent: str) -> str:
    """As “Firefox, Windows”: enough to know one's own sessions."""
    name = next((word for mark, word in BROWSERS if mark in user_agent), _("another program"))
    system = next((word for mark, word in SYSTEMS if mark in user_agent), "")
    return f"{name}, {system}" if system else str(name)


@register.simple_tag
def actor_words(name: str) -> str:
    """Who did it, where it may not have been an officer: "operator" in the reader's language."""
    return words.actor_words(name)
