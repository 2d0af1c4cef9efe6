"""Names that look like what they are: no control characters, nothing that reverses reading."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: Marks that change the direction of reading (Unicode UAX #9); in a name they only deceive.
DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def line(field: str, value: str) -> str:
    """The value in one line, trimmed and composed (NFC); a ValidationError names the field."""
    text = unicodedata.normalize("NFC", value).strip()
    for character in text:
        if character in DIRECTION or unicodedata.category(character) in ("Cc", "Cs"):
            message = _("This holds a character that cannot be seen (U+%(code)04X).")
            raise ValidationError({field: message % {"code": ord(character)}})
    return text
