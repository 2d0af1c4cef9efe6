"""The ledger's codes in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sharing.exchange.words import reason
from sharing.records import codes, kinds

from ..models import Disclosure

EVENTS = dict(Disclosure.EVENTS)
DIRECTIONS = dict(Disclosure.DIRECTIONS)
#: event -> (tone, icon)
LOOKS = {
    Disclosure.RELEASED: ("blue", "send"),
    Disclosure.AMENDED: ("blue", "file-pen"),
    Disclosure.DELIVERED: ("green", "check"),
    Disclosure.REFUSED: ("red", "octagon-x"),
    Disclosure.READ: ("", "eye"),
    Disclosure.PRINTED: ("", "printer"),
    Disclosure.DOWNLOADED: ("", "download"),
    Disclosure.EXPIRED: ("", "hourglass"),
    Disclosure.RECALLED: ("amber", "undo-2"),
    Disclosure.NARROWED: ("amber", "undo-2"),
    Disclosure.LOCKED: ("amber", "lock"),
    Disclosure.WITHDRAWN: ("amber", "octagon-minus"),
    Disclosure.PURGED: ("green", "eraser"),
}
#: The same where the own Party is the recipient.
RECEIVED = {Disclosure.WITHDRAWN: lambda: _("Withdrawn"), Disclosure.RELEASED: lambda: _("Arrived")}


def _language() -> str:
    return (get_language() or "en")[:2]


def event(line: Disclosure) -> str:
    if line.direction == Disclosure.RECEIVED and (own := RECEIVED.get(line.event)):
        return own()
    return str(EVENTS[line.event])


def purpose(code: str) -> str:
    return (codes.get("purpose").label(code, _language()) or code) if code else ""


def basis(found: Iterable[str]) -> list[str]:
    known = codes.get("legal_basis")
    return [known.label(code, _language()) or code for code in found]


def articles(found: Iterable[str]) -> str:
    """Short, for tables: USMCA 7.25.7, in the reader's language T-MEC or ACEUM 7.25.7."""
    return ", ".join(label.partition(":")[0].strip() for label in basis(found))


def kind(code: str) -> str:
    known = {one.code for one in kinds.all()}
    return str(kinds.get(code).label) if code in known else code


def icon(code: str) -> str:
    known = {one.code for one in kinds.all()}
    return kinds.get(code).icon if code in known else "file-text"


def opened(line: Disclosure) -> str:
    """What a tally of another Party says, in words."""
    if line.times is None:
        return ""
    times = ngettext("%(n)s time", "%(n)s times", line.times) % {"n": line.times}
    officers = ngettext("%(n)s officer", "%(n)s officers", line.officers or 0)
    return _("%(times)s, by %(officers)s, in all") % {
        "times": times,
        "officers": officers % {"n": line.officers or 0},
    }


def refusal(line: Disclosure) -> str:
    return str(reason(line.reason)) if line.reason else ""


def row(line: Disclosure) -> dict[str, Any]:
    """A line as the pages show it."""
    tone, picture = LOOKS[line.event]
    return {
        "line": line,
        "event": event(line),
        "tone": tone,
        "icon": picture,
        "kind": kind(line.kind),
        "kind_icon": icon(line.kind),
        "purpose": purpose(line.purpose),
        "articles": articles(line.basis),
        "opened": opened(line),
        "reason": refusal(line),
    }
