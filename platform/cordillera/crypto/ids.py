"""Ids that say whose they are: of records, of their files, and of the officers whom others may name.

A node takes in what others have named. Were an id only random, whoever learnt one could give it to
a thing of his own and send that first: the rightful one would then be refused. So an id carries
its Party's code, and nobody takes in a thing under another Party's id.

    new("US")  ->  55530c5e-0d2a-8f31-9d0e-6f8a4e2b7c19     ("US" is 55 53 in ASCII)

It is a UUID of version 8 (RFC 9562): 16 bits of code, 4 of version, 2 of variant, 106 random.
"""

from __future__ import annotations

import secrets
from uuid import RFC_4122, UUID

VERSION = 8


def new(party: str) -> UUID:
    """A new id for a thing of `party`, which nobody can guess."""
    return bound(party, secrets.token_bytes(16))


def bound(party: str, drawn: bytes) -> UUID:
    """The id of `party` made of these 16 bytes, of which 106 bits remain."""
    code = party.encode("ascii")
    if len(code) != 2 or not code.isalpha() or not code.isupper():
        raise ValueError(f"{party!r} came; a Party's two capital letters were wanted")
    made = bytearray(code + drawn[2:])
    made[6] = VERSION << 4 | made[6] & 0x0F
    made[8] = 0x80 | made[8] & 0x3F
    return UUID(bytes=bytes(made))


def party_of(thing: UUID) -> str | None:
    """The code of the Party whose id it is; None for an id that is not of this form."""
    # `version` is a number for the variant of the RFC alone.
    code = thing.bytes[:2]
    if thing.variant != RFC_4122 or thing.version != VERSION:
        return None
    return code.decode() if code.isalpha() and code.isupper() else None
