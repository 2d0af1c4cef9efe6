"""Sign and verify a version: a signed text of its own type. No Django in here.

`verify` raises Hostile and nothing else. Not checked here: that the key belongs to the originator
and was in use at the time; the caller chooses the key by `kid`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cordillera.crypto import jws
from cordillera.crypto.errors import BadSignature, Hostile

__all__ = ["TYPE", "BadSignature", "Hostile", "sign", "verify"]

TYPE = "cordillera-version+jws"


def sign(payload: dict[str, Any], kid: str, private: Ed25519PrivateKey) -> str:
    """The version's exact signed bytes. Raises ValueError for what no reader would accept."""
    return jws.sign(payload, typ=TYPE, kid=kid, private=private)


def verify(text: str, key_of: Callable[[str], Ed25519PublicKey | None]) -> dict[str, Any]:
    """The payload of `text`, after its signature by the key that `key_of(kid)` gives has verified."""
    return jws.verify(text, typ=TYPE, key_of=key_of)
