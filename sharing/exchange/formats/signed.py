"""What all signed formats share: a type, a payload, a signature."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cordillera.crypto import jws

KeyOf = Callable[[str], Ed25519PublicKey | None]


class Signed(ABC):
    """A payload of one `TYPE`. Subclasses are frozen dataclasses."""

    TYPE: ClassVar[str]
    LARGEST: ClassVar[int] = jws.LARGEST
    __slots__ = ()

    @abstractmethod
    def to_payload(self) -> dict[str, Any]:
        """What is signed."""

    @classmethod
    @abstractmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        """Every field typed and bounded. Raises Hostile."""

    def sign(self, kid: str, private: Ed25519PrivateKey) -> str:
        """The compact JWS. Raises ValueError for what no reader would accept."""
        return jws.sign(self.to_payload(), typ=self.TYPE, kid=kid, private=private)

    @classmethod
    def read(cls, text: str, key_of: KeyOf) -> Self:
        """What the JWS says, its signature verified. Raises Hostile."""
        payload = jws.verify(text, typ=cls.TYPE, key_of=key_of, largest=cls.LARGEST)
        return cls.from_payload(payload)

    @classmethod
    def peek(cls, text: str) -> Self:
        """What the JWS says WITHOUT verification: to know whose key to look for."""
        return cls.from_payload(jws.peek(text, cls.TYPE, cls.LARGEST))
