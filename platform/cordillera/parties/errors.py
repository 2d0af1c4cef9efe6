"""What can go wrong with Parties and their keys. A bad value is a ValidationError instead."""

from __future__ import annotations


class PartiesError(Exception):
    """Root of this area's errors."""


class NoSigningKey(PartiesError):
    """A Party has no signing key in use, or a key id is unknown."""


class KeyInUse(PartiesError):
    """A Party already signs with a key; it is rotated, not made a second time."""
