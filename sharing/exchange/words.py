"""The protocol's words, as officers and administrators read them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Why an item was refused by itself, or waits.
REASONS: dict[str, str | Promise] = {
    "malformed": _("it could not be read"),
    "bad-signature": _("its signature does not verify"),
    "unknown-key": _("it is signed with a key that is not known there"),
    "revoked-key": _("it is signed with a key that was revoked"),
    "not-originator": _("it is not signed by its originator"),
    "not-in-audience": _("the recipient is not in its audience"),
    "unknown-kind": _("its kind is not known there"),
    "schema": _("it does not fit the recipient's description of its kind"),
    "over-ceiling": _("it is above what the two Parties agreed to share"),
    "foreign-id": _("it bears an id of another Party"),
    "record-mismatch": _("it contradicts what the recipient has of this record"),
    "older-than-held": _("the recipient has a newer version"),
    "immutable-changed": _("the recipient has this version with another content"),
    "over-quota": _("so many of the originator's files lie there already that they wait for room"),
    "unknown-about": _("what it answers has not arrived yet"),
}


def reason(code: str) -> str | Promise:
    """In the reader's language; a code of a newer protocol stands as it came."""
    return REASONS.get(code, code)
