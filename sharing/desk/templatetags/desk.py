"""How outcomes and answers stand on the desk's pages: `{% load desk %}`."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from cordillera.web.templatetags.web import chip, icon
from sharing.records import kinds

from ..models import InboxItem, Notification

register = template.Library()

#: outcome: (icon, tone of the chip)
OUTCOMES = {
    "acknowledged": ("check-check", "green"),
    "sighted": ("eye", "green"),
    "no_action": ("circle-slash", ""),
    "referred": ("forward", "blue"),
    "snoozed": ("alarm-clock", "amber"),
}


@register.simple_tag
def outcome_icon(outcome: str) -> SafeString:
    return icon(OUTCOMES[outcome][0])


@register.simple_tag
def outcome_chip(item: InboxItem) -> SafeString:
    """The item's outcome in words and colour."""
    name, tone = OUTCOMES[item.outcome]
    return chip(item.get_outcome_display(), tone, name)


@register.simple_tag
def answer_kind(code: str) -> str:
    """The kind of an answer, as it stands in a line."""
    return str(kinds.get(code).label) if code else ""


#: topic of a notification: tone of its chip
TONES = {
    "released": "blue",
    "amended": "violet",
    "corrected": "violet",
    "disputed": "violet",
    "ruled": "green",
    "undisputed": "green",
    "dispute_due": "amber",
    "recalled": "red",
    "answered": "green",
    "referred": "blue",
    "matched": "blue",
    "approval": "amber",
    "approved": "green",
    "returned": "amber",
    "review_due": "amber",
    "expiry_due": "amber",
    "comment_until": "amber",
    "effective": "amber",
    "infected": "red",
    "watch": "red",
    "log_finding": "red",
    "deletion_due": "amber",
    "hold_due": "amber",
}


@register.simple_tag
def topic_chip(notification: Notification) -> SafeString:
    """What a notification is about, in words and colour."""
    return chip(notification.get_topic_display(), TONES.get(notification.topic, ""))
