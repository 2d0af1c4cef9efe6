"""What can go wrong with Parties and their keys. A bad value is a ValidationError instead."""

from __future__ import annotations


class PartiesError(Exception):
    """Root of this area's errors."""


class NoKey(PartiesError):
    """A key is unknown here, or its private half is not here."""


class NoSigningKey(NoKey):
    """A Party has no signing key in use, or a key id is unknown."""


class KeyInUse(PartiesError):
    """A Party already has a key of this use; it is rotated, not made a second time."""


class NotEnrolled(PartiesError):
    """This Party is not enrolled here as a peer."""


class OtherRoot(PartiesError):
    """A key set came under another root key than the one that is enrolled."""
