"""Sealing suites: HPKE (RFC 9180), base mode, single shot, nothing but `info` bound beside.

A suite is a name for a KEM, a KDF and an AEAD; the name stands in the envelope's header and is the
`alg` of the key. The first one joins ML-KEM-768 and X25519 (X-Wing): what is recorded today stays
closed if either of them falls. Keys are raw bytes here:

- X-Wing: private = the 32-byte seed, which SHAKE256 stretches to the ML-KEM seed (64 bytes) and the
  X25519 key (32 bytes); public = ML-KEM public key ‖ X25519 public key, 1,216 bytes.
- X25519: 32 bytes each (RFC 7748).

There is no forward secrecy against who gets the recipient's private key: rotate and destroy.
"""

from __future__ import annotations

import hashlib
import os
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from .errors import CannotOpen, Hostile, UnknownSuite

XWING = "HPKE-XWING-SHAKE256-AES256GCM"
X25519 = "HPKE-X25519-SHA256-AES256GCM"
DEFAULT = XWING
SEED_BYTES = 32
_MLKEM_PUBLIC_BYTES = 1184


@dataclass(frozen=True, slots=True)
class SealingKey:
    """The private half of a sealing key: its id, its suite's name, its raw bytes."""

    kid: str
    alg: str
    private: bytes = field(repr=False)


class SealingSuite(ABC):
    """One suite. Keys are raw bytes."""

    name: str
    private_bytes = SEED_BYTES
    public_bytes: int
    _suite: Suite

    def generate(self) -> tuple[bytes, bytes]:
        """A new key: (private, public)."""
        private = os.urandom(self.private_bytes)
        return private, self.public_of(private)

    @abstractmethod
    def public_of(self, private: bytes) -> bytes:
        """The public half."""

    def seal(self, public: bytes, info: bytes, plaintext: bytes) -> bytes:
        """enc ‖ ciphertext. Raises Hostile for a public key that is none."""
        key = self._public(public)
        try:
            return self._suite.encrypt(plaintext, key, info)
        except ValueError as error:
            raise Hostile("nothing can be sealed to this public key", "unknown-key") from error

    def open(self, private: bytes, info: bytes, ciphertext: bytes) -> bytes:
        """The plaintext. Raises CannotOpen."""
        key = self._private(private)
        try:
            return self._suite.decrypt(ciphertext, key, info)
        except (InvalidTag, ValueError) as error:
            raise CannotOpen("the sealed bytes do not open with this key and header") from error

    def check_public(self, public: bytes) -> None:
        """Raises Hostile unless something can be sealed to `public`: so it is tried."""
        self.seal(public, b"", b"")

    @abstractmethod
    def _public(self, public: bytes) -> Any: ...

    @abstractmethod
    def _private(self, private: bytes) -> Any: ...


class _XWing(SealingSuite):
    name = XWING
    public_bytes = _MLKEM_PUBLIC_BYTES + 32
    _suite = Suite(KEM.MLKEM768_X25519, KDF.SHAKE256, AEAD.AES_256_GCM)

    def public_of(self, private: bytes) -> bytes:
        mlkem, x25519 = self._halves(private)
        return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()

    def _public(self, public: bytes) -> MLKEM768X25519PublicKey:
        if len(public) != self.public_bytes:
            raise Hostile(f"{len(public)} bytes; a public key of {self.name} has 1216")
        try:
            return MLKEM768X25519PublicKey(
                MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_BYTES]),
                X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_BYTES:]),
            )
        except ValueError as error:
            raise Hostile("no ML-KEM-768 public key") from error

    def _private(self, private: bytes) -> MLKEM768X25519PrivateKey:
        return MLKEM768X25519PrivateKey(*self._halves(private))

    def _halves(self, private: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        # draft-connolly-cfrg-xwing-kem, expandDecapsulationKey.
        stretched = hashlib.shake_256(private).digest(96)
        return (
            MLKEM768PrivateKey.from_seed_bytes(stretched[:64]),
            X25519PrivateKey.from_private_bytes(stretched[64:]),
        )


class _X25519(SealingSuite):
    name = X25519
    public_bytes = 32
    _suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

    def public_of(self, private: bytes) -> bytes:
        return self._private(private).public_key().public_bytes_raw()

    def _public(self, public: bytes) -> X25519PublicKey:
        if len(public) != self.public_bytes:
            raise Hostile(f"{len(public)} bytes; a public key of {self.name} has 32")
        return X25519PublicKey.from_public_bytes(public)

    def _private(self, private: bytes) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(private)


SUITES: dict[str, SealingSuite] = {suite.name: suite for suite in (_XWing(), _X25519())}


def suite(name: str) -> SealingSuite:
    """The suite of this name. Raises UnknownSuite."""
    if name not in SUITES:
        raise UnknownSuite(f"the suite {name[:40]!r} is not known here")
    return SUITES[name]
