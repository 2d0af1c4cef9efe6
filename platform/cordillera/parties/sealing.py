"""Private keys at rest: AES-256-GCM under a key-encryption key that is not in the database.

Pure: bytes in, bytes out. A sealed secret is a 12-byte random nonce followed by the ciphertext and
its 16-byte tag (NIST SP 800-38D). `name` is bound as associated data, so a sealed key that is moved
to another row does not open.
"""

from __future__ import annotations

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class SealingError(Exception):
    """A key-encryption key or a sealed secret is not what it must be."""


def read_key(text: str) -> bytes:
    """The key-encryption key from its setting: 32 bytes in base64."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SealingError(
            "KEY_ENCRYPTION_KEY is not base64; wanted 32 random bytes in base64, "
            "as `openssl rand -base64 32` prints them."
        ) from error
    if len(key) != KEY_BYTES:
        raise SealingError(
            f"KEY_ENCRYPTION_KEY holds {len(key)} bytes; wanted 32 random bytes in base64, "
            "as `openssl rand -base64 32` prints them."
        )
    return key


def seal(secret: bytes, *, key: bytes, name: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret, name.encode())


def unseal(sealed: bytes, *, key: bytes, name: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode())
    except (InvalidTag, ValueError) as error:
        raise SealingError(
            f"The private key {name} does not open: KEY_ENCRYPTION_KEY is another than the one "
            "it was sealed under, or the stored key was altered."
        ) from error
