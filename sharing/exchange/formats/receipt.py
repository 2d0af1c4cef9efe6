"""The recipient's signed answer. Four shapes of one format:

- results: one outcome for each item of the batch; the batch is committed;
- expected, chain: a gap: nothing was taken, the next number wanted, the last manifest's hash;
- refused: nothing was taken, and why;
- keyset: the number of the sender's key set that is held now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from cordillera.crypto import strict
from cordillera.crypto.errors import CODES, Hostile
from cordillera.crypto.fields import Fields, written

from .envelope import MOST_ITEMS
from .signed import Signed

FORMAT = "cordillera-receipt/1"
#: Checkpoints of logs that a receipt carries.
MOST_CHECKPOINTS, LONGEST_CHECKPOINT = 16, 4096
APPLIED, WAITING, REFUSED = "applied", "waiting", "refused"
OUTCOMES = frozenset({APPLIED, WAITING, REFUSED})


@dataclass(frozen=True, slots=True)
class Result:
    """One item's outcome; `reason` unless it was applied."""

    seq: int
    outcome: str
    reason: str | None = None

    def to_fields(self) -> dict[str, Any]:
        found: dict[str, Any] = {"seq": self.seq, "outcome": self.outcome}
        if self.reason is not None:
            found["reason"] = self.reason
        return found

    @classmethod
    def of(cls, fields: Fields) -> Result:
        result = cls(
            seq=fields.whole("seq", least=1, most=strict.LARGEST_INTEGER),
            outcome=fields.one_of("outcome", OUTCOMES),
            reason=fields.optional("reason", fields.word),
        )
        if (result.outcome == APPLIED) != (result.reason is None):
            raise fields.problem("reason", "wanted unless applied, and only then")
        return result


@dataclass(frozen=True, slots=True)
class Receipt(Signed):
    """`by` (the recipient of the batch) answers `to` (its sender).

    `manifest` is the hash of the manifest's JWS, or "" where it could not be read;
    `applied_through` the last number that is committed in this epoch, 0 before the first.
    `checkpoints` are signed notes of audit logs: first the newest of the log of `by`, then the
    newest that it co-signed of others, so that who shows two trees to two witnesses is found out.
    """

    TYPE: ClassVar[str] = "cordillera-receipt+jws"
    LARGEST: ClassVar[int] = 256 * 1024

    by: str
    to: str
    at: datetime
    epoch: int
    first: int
    last: int
    manifest: str
    applied_through: int
    results: tuple[Result, ...] = ()
    expected: int | None = None
    chain: str | None = None
    refused: str | None = None
    checkpoints: tuple[str, ...] = ()

    def to_payload(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "format": FORMAT,
            "from": self.by,
            "to": self.to,
            "at": written(self.at),
            "epoch": self.epoch,
            "first": self.first,
            "last": self.last,
            "manifest": self.manifest,
            "applied_through": self.applied_through,
        }
        if self.checkpoints:
            found["checkpoints"] = list(self.checkpoints)
        if self.expected is not None:
            return {**found, "expected": self.expected, "chain": self.chain}
        if self.refused is not None:
            return {**found, "refused": self.refused}
        return {**found, "results": [result.to_fields() for result in self.results]}

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Receipt:
        fields = Fields(payload, "receipt")
        fields.format(FORMAT)
        whole = strict.LARGEST_INTEGER
        receipt = cls(
            by=fields.party("from"),
            to=fields.party("to"),
            at=fields.time("at"),
            epoch=fields.whole("epoch", least=1),
            first=fields.whole("first", least=1, most=whole),
            last=fields.whole("last", least=1, most=whole),
            manifest=fields.digest("manifest", empty=True),
            applied_through=fields.whole("applied_through", most=whole),
            checkpoints=_checkpoints(fields),
            **_answer(fields),
        )
        fields.done()
        _check(receipt)
        return receipt


@dataclass(frozen=True, slots=True)
class KeysetReceipt(Signed):
    """`by` holds the key set `keyset` of `to`."""

    TYPE: ClassVar[str] = "cordillera-receipt+jws"
    LARGEST: ClassVar[int] = 16 * 1024

    by: str
    to: str
    at: datetime
    keyset: int

    def to_payload(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "from": self.by,
            "to": self.to,
            "at": written(self.at),
            "keyset": self.keyset,
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> KeysetReceipt:
        fields = Fields(payload, "receipt")
        fields.format(FORMAT)
        receipt = cls(
            by=fields.party("from"),
            to=fields.party("to"),
            at=fields.time("at"),
            keyset=fields.whole("keyset", least=1),
        )
        fields.done()
        return receipt


def _checkpoints(fields: Fields) -> tuple[str, ...]:
    """As they came: the log's own reader judges them."""
    read = fields.optional(
        "checkpoints",
        lambda name: fields.texts(name, MOST_CHECKPOINTS, longest=LONGEST_CHECKPOINT),
    )
    if read == ():
        raise fields.problem("checkpoints", "wanted, or no such field")
    return read or ()


def _answer(fields: Fields) -> dict[str, Any]:
    """The one of the three shapes that is there."""
    if fields.has("expected"):
        return {
            "expected": fields.whole("expected", least=1, most=strict.LARGEST_INTEGER),
            "chain": fields.digest("chain", empty=True),
        }
    if fields.has("refused"):
        return {"refused": fields.one_of("refused", CODES)}
    return {"results": fields.each("results", MOST_ITEMS, Result.of)}


def _check(receipt: Receipt) -> None:
    if receipt.by == receipt.to or receipt.last < receipt.first:
        raise Hostile("receipt: to itself, or for a batch that ends before it begins")
    if receipt.expected is not None:
        if receipt.expected != receipt.applied_through + 1:
            raise Hostile("receipt: expected is the number after applied_through")
        return
    if receipt.refused is not None:
        return
    numbers = [result.seq for result in receipt.results]
    if numbers != list(range(receipt.first, receipt.first + len(numbers))) or not receipt.manifest:
        raise Hostile("receipt: results of other items than the batch's")
    if receipt.first + len(numbers) - 1 != receipt.last or receipt.applied_through < receipt.last:
        raise Hostile("receipt: results of other items than the batch's")
