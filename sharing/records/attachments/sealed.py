"""A file's chunks under the file's own key: AES-256-GCM, each chunk by itself (NIST SP 800-38D).

Pure: bytes in, bytes out. The same bytes lie in the storage and travel between nodes: a 12-byte
random nonce, the ciphertext, a 16-byte tag. What is bound with each chunk (file, number, whether it
is the last one) makes a chunk that was moved, swapped or cut off not open.
"""

from __future__ import annotations

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

#: Bytes of plaintext in every chunk but the last one. Part of the protocol.
CHUNK = 1024 * 1024
LARGEST_FILE = 1024 * CHUNK
KEY_BYTES = 32
_NONCE = 12
OVERHEAD = _NONCE + 16
_FORMAT = b"cordillera-file/1\0"


class Broken(Exception):
    """A chunk is not what was sealed under this key for this place."""


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def count(size: int) -> int:
    """How many chunks a file of `size` bytes has."""
    return max(1, -(-size // CHUNK))


def length(size: int, number: int) -> int:
    """How many bytes of plaintext chunk `number` (from 0) of a file of `size` bytes has."""
    return min(CHUNK, size - number * CHUNK)


def seal(plain: bytes, key: bytes, file: UUID, number: int, last: bool) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, _bound(file, number, last))


def unseal(chunk: bytes, key: bytes, file: UUID, number: int, last: bool) -> bytes:
    """Raises Broken."""
    try:
        return AESGCM(key).decrypt(chunk[:_NONCE], chunk[_NONCE:], _bound(file, number, last))
    except (InvalidTag, ValueError) as error:
        raise Broken(f"chunk {number} of {file} does not open") from error


def _bound(file: UUID, number: int, last: bool) -> bytes:
    return _FORMAT + file.bytes + number.to_bytes(4, "big") + (b"\1" if last else b"\0")
