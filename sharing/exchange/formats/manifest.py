"""The manifest: what one batch holds, in which order, after what. Signed by its sender.

The hash of the previous manifest chains the batches of a channel, so a sender cannot show two
histories without its signature proving it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey

from cordillera.crypto import jws, strict
from cordillera.crypto.errors import BadSignature, Hostile, Mismatch
from cordillera.crypto.fields import HASH, Fields, written

from .envelope import MOST_ITEMS, Header
from .signed import Signed

FORMAT = "cordillera-manifest/1"


@dataclass(frozen=True, slots=True)
class Manifest(Signed):
    """Items `first` to `last` of (sender, recipient, epoch). `previous` is "" in the first batch
    of an epoch, else the hash of the batch before. `items` are `item_hash` of each."""

    TYPE: ClassVar[str] = "cordillera-manifest+jws"
    LARGEST: ClassVar[int] = 256 * 1024

    sender: str
    recipient: str
    epoch: int
    first: int
    last: int
    previous: str
    items: tuple[str, ...]
    created_at: datetime

    def to_payload(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "sender": self.sender,
            "recipient": self.recipient,
            "epoch": self.epoch,
            "first": self.first,
            "last": self.last,
            "previous": self.previous,
            "items": list(self.items),
            "created_at": written(self.created_at),
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Manifest:
        fields = Fields(payload, "manifest")
        fields.format(FORMAT)
        manifest = cls(
            sender=fields.party("sender"),
            recipient=fields.party("recipient"),
            epoch=fields.whole("epoch", least=1),
            first=fields.whole("first", least=1, most=strict.LARGEST_INTEGER),
            last=fields.whole("last", least=1, most=strict.LARGEST_INTEGER),
            previous=fields.digest("previous", empty=True),
            items=fields.texts("items", MOST_ITEMS, HASH),
            created_at=fields.time("created_at"),
        )
        fields.done()
        if len(manifest.items) != manifest.last - manifest.first + 1 or not manifest.items:
            raise Hostile("manifest: another number of items than its sequence says")
        return manifest

    def sign_second(self, kid: str, private: MLDSA65PrivateKey) -> str:
        """The ML-DSA-65 signature over the same payload."""
        return jws.sign_second(self.to_payload(), typ=self.TYPE, kid=kid, private=private)

    @classmethod
    def check_second(
        cls, second: str | None, text: str, key_of: Callable[[str], MLDSA65PublicKey | None]
    ) -> None:
        """Verify the second signature over the manifest `text`. Raises Hostile, also for None."""
        if second is None:
            raise BadSignature("the sender has an ML-DSA-65 key and did not use it")
        jws.verify_second(second, first=text, typ=cls.TYPE, key_of=key_of, largest=cls.LARGEST)

    def check_header(self, header: Header) -> None:
        """Raises Mismatch unless the header says what the manifest says."""
        for name in ("sender", "recipient", "epoch", "first", "last"):
            if getattr(self, name) != getattr(header, name):
                raise Mismatch(f"the header's {name} is not the manifest's")

    def check_items(self, items: Sequence[str]) -> None:
        """Raises Mismatch unless these are the items, in this order."""
        if len(items) != len(self.items):
            raise Mismatch(f"{len(items)} items came; the manifest names {len(self.items)}")
        for number, (item, wanted) in enumerate(zip(items, self.items, strict=True)):
            if item_hash(item) != wanted:
                raise Mismatch(f"item {self.first + number} has another hash than in the manifest")


def item_hash(item: str) -> str:
    """SHA-256 of the item's ASCII bytes, base64url."""
    return jws.digest(item)
