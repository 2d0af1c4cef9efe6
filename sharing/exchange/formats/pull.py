"""The signed request of a node that accepts no inbound connection and fetches what waits for it.

One request carries the receipts for what the earlier ones brought. It is not secret and may come
twice: the answer is sealed, and receipts are facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from cordillera.crypto import strict
from cordillera.crypto.fields import Fields, written

from .receipt import Receipt
from .signed import Signed

FORMAT = "cordillera-pull/1"
MOST_RECEIPTS = 20


@dataclass(frozen=True, slots=True)
class Pull(Signed):
    """`by` asks the node of `to` for what comes after `after` in `epoch`; `keyset` is the number
    of the newest key set of `to` that it holds, 0 for none. `receipts` are JWS, unverified."""

    TYPE: ClassVar[str] = "cordillera-pull+jws"
    LARGEST: ClassVar[int] = 8 * 1024 * 1024

    by: str
    to: str
    epoch: int
    after: int
    keyset: int
    at: datetime
    receipts: tuple[str, ...] = ()

    def to_payload(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "from": self.by,
            "to": self.to,
            "epoch": self.epoch,
            "after": self.after,
            "receipts": list(self.receipts),
            "keyset": self.keyset,
            "at": written(self.at),
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Pull:
        fields = Fields(payload, "pull")
        fields.format(FORMAT)
        pull = cls(
            by=fields.party("from"),
            to=fields.party("to"),
            epoch=fields.whole("epoch", least=1),
            after=fields.whole("after", most=strict.LARGEST_INTEGER),
            keyset=fields.whole("keyset"),
            at=fields.time("at"),
            receipts=fields.texts("receipts", MOST_RECEIPTS, longest=Receipt.LARGEST),
        )
        fields.done()
        return pull
