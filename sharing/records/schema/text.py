"""Text as it may be stored: Unicode NFC, trimmed, nothing invisible that misleads a reader."""

from __future__ import annotations

import re
import unicodedata

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_SUSPECT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_LINE = re.compile("\r\n?|\u2028|\u2029|\x85")
# Zero-width space and byte-order mark carry no meaning and come along with copied text.
_DROPPED = str.maketrans("", "", "\u200b\ufeff")

_NOT_UNICODE = _("This text has half a character (a lone surrogate, {which}); type it again.")
_DIRECTION = _(
    "This text has the invisible character {which}, which reverses reading order and can "
    "disguise a name; remove it."
)
_CONTROL = _("This text has the control character {which}; only printable text is accepted.")
_LINE_BREAK = _("This field takes a single line; the text has a line break.")


def tidy(text: str, multiline: bool) -> str:
    """`text` in NFC, line ends as \\n, without surrounding space or zero-width filler."""
    if _SUSPECT.search(text):
        text = text.translate(_DROPPED)
        if multiline:
            text = _LINE.sub("\n", text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text.strip()


def refusal(text: str, multiline: bool) -> tuple[str, str | Promise, str] | None:
    """Why tidied `text` cannot be kept: (code, message, the character), or None."""
    for match in _SUSPECT.finditer(text):
        char = match.group()
        which = f"U+{ord(char):04X}"
        if "\ud800" <= char <= "\udfff":
            return "not_unicode", _NOT_UNICODE, which
        if "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069":
            return "direction_character", _DIRECTION, which
        if char in "\n\r\u2028\u2029\x85":
            if multiline:
                continue
            return "line_break", _LINE_BREAK, which
        if char == "\t" and multiline:
            continue
        return "control_character", _CONTROL, which
    return None
