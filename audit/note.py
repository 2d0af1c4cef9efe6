"""Signed notes: https://c2sp.org/signed-note

A text, a blank line, and lines `— name base64(key id ‖ signature)`. A text counts only once a
trusted key's signature on it has been verified; signatures of other keys are passed over.
"""

from __future__ import annotations

import base64
import binascii
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .errors import Malformed, Unproved

#: Signature types that the specification assigns.
ED25519, COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44 = 0x01, 0x04, 0x06
#: How long the public key of each type is.
PUBLIC_BYTES = {ED25519: 32, COSIGNATURE_ED25519: 32, COSIGNATURE_ML_DSA_44: 1312}
MOST_SIGNATURES = 32
MOST_BYTES = 256 * 1024
DASH = "\u2014 "


def decode(text: str) -> bytes:
    """Standard base64 that has one way to be written. Raises Malformed."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("This is not standard base64.") from error
    if base64.b64encode(value).decode() != text:
        raise Malformed("This base64 carries bits beyond its last byte.")
    return value


def encode(value: bytes) -> str:
    return base64.b64encode(value).decode()


def check_name(name: str) -> str:
    """A key name: not empty, without spaces and plus signs. Raises Malformed."""
    if not name or "+" in name or any(c.isspace() or unicodedata.category(c) == "Cc" for c in name):
        raise Malformed(
            f"{name[:40]!r} cannot name a key: it must have no spaces and no plus sign."
        )
    return name


def key_id(name: str, kind: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name and what kind of signature it verifies."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encode(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a vkey. Raises Malformed, also where the id is not that of the key."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise Malformed("A verifier key is written name+id+key.")
        name, material = check_name(parts[0]), decode(parts[2])
        if not material or PUBLIC_BYTES.get(material[0]) != len(material) - 1:
            raise Malformed(f"The key of {name!r} is of no kind that is understood here.")
        key = cls(name, material[0], material[1:])
        if key.id.hex() != parts[1]:
            raise Malformed(
                f"The id {parts[1][:16]!r} is not that of the key; it is {key.id.hex()}."
            )
        return key


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose it says it is, and its bytes."""

    name: str
    id: bytes
    value: bytes

    def line(self) -> str:
        return f"{DASH}{self.name} {encode(self.id + self.value)}\n"

    @classmethod
    def parse(cls, line: str) -> Signature:
        parts = line.removeprefix(DASH).split(" ")
        if not line.startswith(DASH) or len(parts) != 2:
            raise Malformed("A signature line is written — name signature.")
        value = decode(parts[1])
        if len(value) < 5:
            raise Malformed("A signature line holds no signature.")
        return cls(check_name(parts[0]), value[:4], value[4:])

    def is_by(self, key: VerifierKey) -> bool:
        return self.name == key.name and self.id == key.id


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures that it carries, none of them verified yet."""

    text: str
    signatures: tuple[Signature, ...] = field(default=())

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(signature.line() for signature in self.signatures)}"

    @classmethod
    def parse(cls, raw: bytes) -> Note:
        """Read a note of at least one signature. Raises Malformed."""
        text, _, tail = _clean(raw).rpartition("\n\n")
        if not tail.endswith("\n") or not text:
            raise Malformed(
                "A note is a text, a blank line and signature lines, each ended by \\n."
            )
        lines = tail[:-1].split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise Malformed(f"{len(lines)} signatures; at most {MOST_SIGNATURES} are read.")
        return cls(f"{text}\n", tuple(Signature.parse(line) for line in lines))

    def signed_by(self, keys: Iterable[VerifierKey]) -> list[VerifierKey]:
        """Those of these Ed25519 keys that signed it.

        Raises Unproved where a known key's signature does not verify, as the specification advises.
        """
        found = []
        for key in keys:
            for signature in self.signatures:
                if key.kind == ED25519 and signature.is_by(key):
                    verify(key.public, signature.value, self.text.encode(), key.name)
                    found.append(key)
        return found


def _clean(raw: bytes) -> str:
    if len(raw) > MOST_BYTES:
        raise Malformed(f"{len(raw)} bytes; a note has at most {MOST_BYTES}.")
    try:
        whole = raw.decode()
    except UnicodeDecodeError as error:
        raise Malformed("A note is UTF-8.") from error
    if any(character < " " and character != "\n" for character in whole):
        raise Malformed("A note has no control characters but line ends.")
    return whole


def verify(public: bytes, signature: bytes, message: bytes, name: str) -> None:
    """Raise Unproved unless this is the Ed25519 key's signature on `message`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise Unproved(f"The signature that names {name} was not made by its key.") from error


def verifier_key(name: str, private: Ed25519PrivateKey, kind: int = ED25519) -> VerifierKey:
    return VerifierKey(check_name(name), kind, private.public_key().public_bytes_raw())


def sign(text: str, name: str, private: Ed25519PrivateKey) -> Signature:
    """The Ed25519 signature of `name` on a text that ends in a line end."""
    if not text.endswith("\n"):
        raise Malformed("A note's text ends in a line end.")
    key = verifier_key(name, private)
    return Signature(key.name, key.id, private.sign(text.encode()))
