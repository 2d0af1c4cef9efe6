"""Sign and verify a version: a compact JWS (RFC 7515) over exact bytes, Ed25519 (RFC 9864).

No Django in here. The payload's bytes are what was signed and what is kept; nothing is ever
serialised again to be compared. Hostile input raises BadSignature and nothing else.

Checked: the header's type and algorithm, the signature over the exact bytes, that the payload is a
JSON object. Not checked here: that the key belongs to the originator and was in use at the time;
the caller chooses the key by `kid`.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

TYPE = "cordillera-version+jws"
ALGORITHM = "Ed25519"
LARGEST = 8 * 1024 * 1024


class BadSignature(Exception):
    """The text is not a version signed by the key it names."""


def canonical(payload: dict[str, Any]) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces. Raises ValueError on NaN and infinity."""
    return json.dumps(
        payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def sign(payload: dict[str, Any], kid: str, private: Ed25519PrivateKey) -> str:
    """The compact JWS `header.payload.signature` of the payload's canonical bytes."""
    header = canonical({"alg": ALGORITHM, "kid": kid, "typ": TYPE})
    signed = f"{_encode(header)}.{_encode(canonical(payload))}"
    return f"{signed}.{_encode(private.sign(signed.encode()))}"


def verify(jws: str, key_of: Callable[[str], Ed25519PublicKey | None]) -> dict[str, Any]:
    """The payload of `jws`, after its signature by the key that `key_of(kid)` gives has verified."""
    # 1. Three parts of bounded size.
    if len(jws) > LARGEST:
        raise BadSignature(f"{len(jws)} characters; at most {LARGEST}")
    parts = jws.split(".")
    if len(parts) != 3:
        raise BadSignature(f"{len(parts)} parts; wanted 3")
    # 2. A header of our type and algorithm: what a key may sign as is fixed, never negotiated.
    header = _object(_decode(parts[0]))
    if header.get("typ") != TYPE or header.get("alg") != ALGORITHM:
        raise BadSignature(f"typ {header.get('typ')!r}, alg {header.get('alg')!r}")
    # 3. A known key.
    kid = header.get("kid")
    key = key_of(kid) if isinstance(kid, str) else None
    if key is None:
        raise BadSignature(f"unknown key {kid!r}")
    # 4. The signature over the exact bytes.
    try:
        key.verify(_decode(parts[2]), f"{parts[0]}.{parts[1]}".encode("ascii", "replace"))
    except InvalidSignature as error:
        raise BadSignature("the signature does not fit the bytes") from error
    # 5. Only now the payload is read.
    return _object(_decode(parts[1]))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(
            text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, UnicodeEncodeError, ValueError) as error:
        raise BadSignature("not base64url") from error
    if _encode(data) != text:
        raise BadSignature("not canonical base64url")
    return data


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadSignature("not JSON") from error
    if not isinstance(value, dict):
        raise BadSignature(f"{type(value).__name__}; wanted an object")
    return value
