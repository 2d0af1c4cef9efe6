"""Co-signatures of checkpoints: https://c2sp.org/tlog-cosignature

A witness states that, at a moment, this was the largest tree it had seen of this log, and that the
tree had only ever grown. Ed25519 (cosignature/v1) and ML-DSA-44 (subtree/v1, for the whole tree).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from .checkpoint import Checkpoint
from .errors import Malformed, Unproved
from .note import (
    COSIGNATURE_ED25519,
    COSIGNATURE_ML_DSA_44,
    Note,
    Signature,
    VerifierKey,
    check_name,
    verifier_key,
    verify,
)


class Cosigner(Protocol):
    """A witness's key, able to co-sign."""

    @property
    def key(self) -> VerifierKey: ...
    def cosign(self, checkpoint: Checkpoint, moment: int) -> Signature: ...


@dataclass(frozen=True, slots=True)
class Ed25519Cosigner:
    name: str
    private: Ed25519PrivateKey

    @property
    def key(self) -> VerifierKey:
        return verifier_key(self.name, self.private, COSIGNATURE_ED25519)

    def cosign(self, checkpoint: Checkpoint, moment: int) -> Signature:
        value = self.private.sign(_lines(checkpoint, moment))
        return _timestamped(self.key, moment, value)


@dataclass(frozen=True, slots=True)
class MLDSA44Cosigner:
    name: str
    private: MLDSA44PrivateKey

    @property
    def key(self) -> VerifierKey:
        public = self.private.public_key().public_bytes_raw()
        return VerifierKey(check_name(self.name), COSIGNATURE_ML_DSA_44, public)

    def cosign(self, checkpoint: Checkpoint, moment: int) -> Signature:
        value = self.private.sign(_structure(self.name, checkpoint, moment))
        return _timestamped(self.key, moment, value)


def _timestamped(key: VerifierKey, moment: int, value: bytes) -> Signature:
    return Signature(key.name, key.id, moment.to_bytes(8, "big") + value)


def _lines(checkpoint: Checkpoint, moment: int) -> bytes:
    return f"cosignature/v1\ntime {moment}\n{checkpoint.text()}".encode()


def _structure(name: str, checkpoint: Checkpoint, moment: int) -> bytes:
    cosigner, origin = name.encode(), checkpoint.origin.encode()
    if not 0 < len(cosigner) < 256 or not 0 < len(origin) < 256:
        raise Malformed("For ML-DSA-44 a name and an origin have 1 to 255 bytes.")
    return b"".join(
        (
            b"subtree/v1\n\0",
            struct.pack(">B", len(cosigner)) + cosigner,
            struct.pack(">Q", moment),
            struct.pack(">B", len(origin)) + origin,
            struct.pack(">QQ", 0, checkpoint.size),
            checkpoint.root,
        )
    )


def verify_cosignature(key: VerifierKey, signature: Signature, checkpoint: Checkpoint) -> int:
    """The moment (POSIX seconds) at which this witness co-signed. Raises Unproved, Malformed."""
    if not signature.is_by(key):
        raise Unproved(f"This co-signature is not by {key.name}.")
    moment, value = int.from_bytes(signature.value[:8], "big"), signature.value[8:]
    if not 0 < moment < 1 << 63:
        raise Unproved(f"The co-signature of {key.name} tells no time.")
    if key.kind == COSIGNATURE_ED25519:
        verify(key.public, value, _lines(checkpoint, moment), key.name)
    elif key.kind == COSIGNATURE_ML_DSA_44:
        _verify_ml_dsa(key, value, _structure(key.name, checkpoint, moment))
    else:
        raise Unproved(f"The key of {key.name} is none that co-signs.")
    return moment


def _verify_ml_dsa(key: VerifierKey, value: bytes, message: bytes) -> None:
    try:
        MLDSA44PublicKey.from_public_bytes(key.public).verify(value, message)
    except (InvalidSignature, ValueError) as error:
        raise Unproved(
            f"The co-signature that names {key.name} was not made by its key."
        ) from error


def cosigned_by(
    note: Note, checkpoint: Checkpoint, keys: Iterable[VerifierKey]
) -> dict[str, tuple[Signature, int]]:
    """By witness name: its co-signature on the note and when it was made.

    Raises Unproved where a known witness's co-signature does not verify.
    """
    return {
        key.name: (signature, verify_cosignature(key, signature, checkpoint))
        for key in keys
        for signature in note.signatures
        if signature.is_by(key)
    }
