"""Signed texts: compact JWS (RFC 7515) over exact bytes, Ed25519 (RFC 9864), ML-DSA-65 (RFC 9964).

The payload's bytes are what was signed and what is kept; nothing is ever serialised again to be
compared. What a text is (`typ`) and how it is signed (`alg`) are fixed by the reader and never
negotiated, so a signature made for one purpose cannot serve for another.

Not checked here: that the key belongs to the Party and was in use; the caller chooses it by `kid`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey

from . import strict
from .errors import BadSignature, Hostile, Mismatch, TooLarge, UnknownKey
from .strict import canonical, digest

__all__ = [
    "LARGEST",
    "canonical",
    "digest",
    "kid_of",
    "payload_part",
    "peek",
    "sign",
    "sign_second",
    "typ_of",
    "verify",
    "verify_second",
]

LARGEST = 8 * 1024 * 1024
ED25519, ML_DSA_65 = "Ed25519", "ML-DSA-65"
_HEADER = {"alg", "kid", "typ"}
_HEADER_LARGEST = 400
_KID = re.compile(r"[A-Z]{2}-(?:(?:root|seal|pq)-)?[0-9a-f]{16}")


def sign(payload: dict[str, Any], *, typ: str, kid: str, private: Ed25519PrivateKey) -> str:
    """The compact JWS `header.payload.signature` of the payload's canonical bytes.

    Raises ValueError for a payload that no reader would accept, as one with a fraction.
    """
    return _sign(payload, typ, kid, ED25519, private)


def sign_second(payload: dict[str, Any], *, typ: str, kid: str, private: MLDSA65PrivateKey) -> str:
    """As `sign`, with ML-DSA-65 (FIPS 204, empty context)."""
    return _sign(payload, typ, kid, ML_DSA_65, private)


def verify(
    text: str,
    *,
    typ: str,
    key_of: Callable[[str], Ed25519PublicKey | None],
    largest: int = LARGEST,
) -> dict[str, Any]:
    """The payload of `text`, after its signature by the key that `key_of(kid)` gives has verified.

    Raises Hostile; an error that `key_of` raises goes through.
    """
    return _verify(text, typ, ED25519, key_of, largest)


def verify_second(
    second: str,
    *,
    first: str,
    typ: str,
    key_of: Callable[[str], MLDSA65PublicKey | None],
    largest: int = LARGEST,
) -> dict[str, Any]:
    """As `verify`, for the ML-DSA-65 signature over the very payload that `first` carries."""
    payload = _verify(second, typ, ML_DSA_65, key_of, largest)
    if payload_part(second) != payload_part(first):
        raise Mismatch("the second signature is over another payload")
    return payload


def kid_of(text: str) -> str:
    """The id of the key that `text` says signed it. Nothing is verified."""
    return str(_header(_parts(text, LARGEST)[0])["kid"])


def typ_of(text: str) -> str:
    """What `text` says it is. Nothing is verified."""
    return str(_header(_parts(text, LARGEST)[0])["typ"])


def peek(text: str, typ: str, largest: int = LARGEST) -> dict[str, Any]:
    """The payload WITHOUT verification: to know whose key to look for, and for nothing else."""
    head, body, _ = _parts(text, largest)
    _check_type(_header(head), typ, None)
    return strict.read_object(strict.decode(body))


def payload_part(text: str) -> str:
    """The middle part, as it stands."""
    return _parts(text, LARGEST)[1]


def _sign(payload: dict[str, Any], typ: str, kid: str, algorithm: str, private: Any) -> str:
    body = canonical(payload)
    try:
        strict.read_object(body)
    except Hostile as error:
        raise ValueError(f"No reader would accept this payload: {error}.") from error
    header = canonical({"alg": algorithm, "kid": kid, "typ": typ})
    signed = f"{strict.encode(header)}.{strict.encode(body)}"
    return f"{signed}.{strict.encode(private.sign(signed.encode()))}"


def _verify(
    text: str, typ: str, algorithm: str, key_of: Callable[[str], Any], largest: int
) -> dict[str, Any]:
    # 1. Three parts of bounded size.
    head, body, signature = _parts(text, largest)
    # 2. A header of the wanted type and algorithm, and nothing else in it.
    header = _header(head)
    _check_type(header, typ, algorithm)
    # 3. A known key.
    key = key_of(header["kid"])
    if key is None:
        raise UnknownKey(f"the key {header['kid']} is not known")
    # 4. The signature over the exact bytes.
    try:
        key.verify(strict.decode(signature), f"{head}.{body}".encode("ascii", "replace"))
    except InvalidSignature as error:
        raise BadSignature("the signature does not fit the bytes") from error
    # 5. Only now the payload is read.
    return strict.read_object(strict.decode(body))


def _parts(text: str, largest: int) -> tuple[str, str, str]:
    if not isinstance(text, str):
        raise Hostile(f"{type(text).__name__} came; a text was wanted")
    if len(text) > largest:
        raise TooLarge(f"{len(text)} characters; at most {largest}")
    parts = text.split(".", 3)
    if len(parts) != 3:
        raise Hostile("not the three parts of a compact JWS")
    return parts[0], parts[1], parts[2]


@lru_cache(maxsize=256)
def _header(part: str) -> Mapping[str, str]:
    # Remembered by its exact text: what one key signs as one type has one header.
    if len(part) > _HEADER_LARGEST:
        raise Hostile("a header that is too long")
    header = strict.read_object(strict.decode(part))
    if set(header) != _HEADER or not all(isinstance(value, str) for value in header.values()):
        raise Hostile("a header of other fields than alg, kid and typ")
    if not _KID.fullmatch(header["kid"]):
        raise Hostile("a kid that is no key's id")
    return MappingProxyType(header)


def _check_type(header: Mapping[str, str], typ: str, algorithm: str | None) -> None:
    allowed = {algorithm} if algorithm else {ED25519, ML_DSA_65}
    if header["typ"] != typ or header["alg"] not in allowed:
        raise BadSignature(f"typ {header['typ'][:40]!r}, alg {header['alg'][:40]!r}")
