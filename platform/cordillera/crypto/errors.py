"""What hostile bytes raise: `Hostile`, and nothing else.

`code` is the word that travels: the suffix of a problem's type where an envelope is refused, the
`reason` of a receipt's result where one item is. The text is for the log, names what came and what
was wanted, and never quotes more than a few characters of what came.
"""

from __future__ import annotations

#: Why an envelope, a key set or a request is refused as a whole.
CODES = frozenset(
    "malformed too-large unknown-suite unknown-recipient unknown-sender unknown-key cannot-open "
    "bad-signature mismatch gap sequence-reused revoked-key log-taken suspended busy".split()
)
#: Why one item is refused by itself.
REASONS = frozenset(
    "malformed bad-signature unknown-key revoked-key not-originator not-in-audience unknown-kind "
    "schema over-ceiling foreign-id record-mismatch older-than-held immutable-changed".split()
)
#: Why one item waits.
WAITING = frozenset({"unknown-about"})


def printable(text: str) -> str:
    """The text in one line in which every character is seen: logs are read by the line, and a
    database keeps neither U+0000 nor half a surrogate pair."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


class Hostile(Exception):
    """These bytes are not what they must be. `Hostile(text)` or `Hostile(text, code)`."""

    code = "malformed"

    def __init__(self, text: str, code: str | None = None) -> None:
        super().__init__(printable(text))
        if code is not None:
            self.code = code


class TooLarge(Hostile):
    """More bytes, items or levels than are allowed."""

    code = "too-large"


class BadSignature(Hostile):
    """The text was not signed, like this, by the key it names."""

    code = "bad-signature"


class UnknownKey(Hostile):
    code = "unknown-key"


class RevokedKey(Hostile):
    code = "revoked-key"


class UnknownSuite(Hostile):
    code = "unknown-suite"


class CannotOpen(Hostile):
    """The sealed bytes do not open with this key and header."""

    code = "cannot-open"


class Mismatch(Hostile):
    """Two things that must say the same do not."""

    code = "mismatch"
