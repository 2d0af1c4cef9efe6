"""A Party's node in other hands: its own keys and the pure formats, no Django and no database.

It keeps both ends of its channels, so that tests have a peer that behaves, and one that does not:
every method that signs or seals takes the fields to be changed.

    mx = Foreign("MX")
    mx.learn(us_key_set)                        # the text of a key set
    data = mx.envelope("US", [mx.version(audience=["MX", "US"], body=…, handling=…)])
    mx.settle(receipt)                          # verified; the next envelope goes on from there
    status, body = mx.take(envelope)            # as a recipient: 200 and 409 with a receipt
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey

from cordillera.crypto import hpke, ids, jws, strict
from cordillera.crypto import keyset as wire
from cordillera.crypto.errors import Hostile
from cordillera.crypto.hpke import SealingKey
from sharing.exchange.formats import envelope as sealed
from sharing.exchange.formats.envelope import Header, Opened
from sharing.exchange.formats.manifest import Manifest, item_hash
from sharing.exchange.formats.pull import Pull
from sharing.exchange.formats.receipt import APPLIED, KeysetReceipt, Receipt, Result
from sharing.exchange.formats.statement import Content, Statement
from sharing.exchange.formats.version import FORMAT as VERSION_FORMAT
from sharing.exchange.formats.version import Version

from .foreign_log import ForeignLog

Judge = Callable[[dict[str, Any]], tuple[str, str | None]]


@dataclass
class Stream:
    """One end of a channel: what is done up to `last`, and the hash of the last manifest."""

    epoch: int = 1
    last: int = 0
    chain: str = ""


@dataclass
class Pair:
    """A key and its entry in the key set."""

    private: Any
    listed: wire.Key


def accept_all(item: dict[str, Any]) -> tuple[str, str | None]:
    return APPLIED, None


@dataclass
class Foreign:
    """`judge` gives each item's outcome and reason; `items` are the payloads taken, in order."""

    party: str
    address: str | None = None
    second: bool = False
    suite: str = hpke.DEFAULT
    judge: Judge = accept_all
    known: dict[str, wire.KeySet] = field(default_factory=dict)
    sent: dict[str, Stream] = field(default_factory=dict)
    came: dict[str, Stream] = field(default_factory=dict)
    items: list[dict[str, Any]] = field(default_factory=list)
    envelopes: list[bytes] = field(default_factory=list)
    receipts: dict[tuple[str, int, int], tuple[str, str]] = field(default_factory=dict)
    contacts: tuple[wire.Contact, ...] = ()
    log: ForeignLog | None = None

    def __post_init__(self) -> None:
        self.root = Ed25519PrivateKey.generate()
        self.keys: dict[str, Pair] = {}
        self.key_sets: list[str] = []
        for use in (wire.SIGNING, wire.SEALING, *([wire.SIGNING_PQ] if self.second else [])):
            self.make(use)
        self.issue()

    # --- Keys -------------------------------------------------------------------------------

    def make(self, use: str) -> str:
        """A new key, listed from the next `issue` on; its id."""
        private, public, alg = _generate(use, self.suite)
        kid = wire.key_id(self.party, public, use)
        self.keys[kid] = Pair(private, wire.Key(kid, use, alg, public, datetime.now(UTC)))
        return kid

    def retire(self, kid: str, **changes: datetime) -> None:
        pair = self.keys[kid]
        pair.listed = replace(pair.listed, **(changes or {"until": datetime.now(UTC)}))

    def revoke(self, kid: str) -> None:
        self.retire(kid, revoked_at=datetime.now(UTC))

    def issue(self, **changes: Any) -> str:
        """The next key set."""
        values: dict[str, Any] = {
            "party": self.party,
            "number": len(self.key_sets) + 1,
            "issued_at": datetime.now(UTC),
            "root": self.root.public_key().public_bytes_raw(),
            "keys": tuple(pair.listed for pair in self.keys.values()),
            "previous": jws.digest(self.key_set) if self.key_sets else None,
            "address": self.address,
            "names": {"en": self.party},
            "contacts": self.contacts,
            "log": self.log.keys() if self.log else None,
        }
        made = wire.KeySet(**{**values, **changes})
        self.key_sets.append(
            jws.sign(made.to_payload(), typ=wire.TYPE, kid=made.root_kid, private=self.root)
        )
        return self.key_set

    @property
    def key_set(self) -> str:
        return self.key_sets[-1]

    def learn(self, text: str) -> None:
        """Trust another Party's key set."""
        found = wire.KeySet.read(text, None)
        self.known[found.party] = found

    def kid(self, use: str = wire.SIGNING) -> str:
        """The newest key in use."""
        return [
            k for k, pair in self.keys.items() if pair.listed.use == use and pair.listed.active
        ][-1]

    def _signed(self, thing: Any, kid: str | None = None) -> str:
        kid = kid or self.kid()
        text: str = thing.sign(kid, self.keys[kid].private)
        return text

    # --- As a sender ------------------------------------------------------------------------

    def version(
        self,
        *,
        body: dict[str, Any],
        handling: dict[str, Any],
        kid: str | None = None,
        **changes: Any,
    ) -> str:
        """A version that this Party released; `changes` are fields of formats.version.Version."""
        values: dict[str, Any] = {
            "format": VERSION_FORMAT,
            "record": str(ids.new(changes.get("originator", self.party))),
            "reference": f"{self.party}-OA-2026-{uuid4().int % 100_000:05d}",
            "kind": "offence_alert",
            "number": 1,
            "originator": self.party,
            "unit": "",
            "about": None,
            "body": body,
            "handling": handling,
            "released_at": datetime.now(UTC).isoformat(),
        }
        kid = kid or self.kid()
        payload = {**values, **{k: _plain(v) for k, v in changes.items()}}
        return jws.sign(payload, typ=Version.TYPE, kid=kid, private=self.keys[kid].private)

    def state(self, content: Content, kid: str | None = None, **changes: Any) -> str:
        """A statement."""
        values = {"party": self.party, "at": datetime.now(UTC), "content": content, **changes}
        return self._signed(Statement(**values), kid)

    def envelope(
        self,
        to: str,
        items: Sequence[str],
        *,
        kid: str | None = None,
        manifest: dict[str, Any] | None = None,
        header: dict[str, Any] | None = None,
        key: wire.Key | None = None,
        inside: Sequence[str] | None = None,
        second: str | None = None,
    ) -> bytes:
        """The next batch to `to`. `manifest` and `header` change fields of theirs; `inside` puts
        other items in than the manifest names; `key` seals to another key."""
        stream = self.sent.setdefault(to, Stream())
        key = key or self.known[to].active(wire.SEALING)[0]
        made = self._manifest(to, stream, items, manifest or {})
        text = self._signed(made, kid)
        if self.second and second is None:
            second_kid = self.kid(wire.SIGNING_PQ)
            second = made.sign_second(second_kid, self.keys[second_kid].private)
        head = Header(
            **{
                "suite": key.alg,
                "sender": made.sender,
                "recipient": made.recipient,
                "epoch": made.epoch,
                "first": made.first,
                "last": made.last,
                "key": key.kid,
                **(header or {}),
            }
        )
        return sealed.seal(head, text, items if inside is None else inside, key.public, second)

    def _manifest(
        self, to: str, stream: Stream, items: Sequence[str], changes: dict[str, Any]
    ) -> Manifest:
        values: dict[str, Any] = {
            "sender": self.party,
            "recipient": to,
            "epoch": stream.epoch,
            "first": stream.last + 1,
            "last": stream.last + len(items),
            "previous": stream.chain,
            "items": tuple(item_hash(item) for item in items),
            "created_at": datetime.now(UTC),
        }
        return Manifest(**{**values, **changes})

    def settle(self, text: str | bytes) -> Receipt:
        """Verify the other one's receipt and go on after what it confirms."""
        text = text.decode() if isinstance(text, bytes) else text
        by = Receipt.peek(text).by
        receipt = Receipt.read(text, self.known[by].signer)
        if receipt.results:
            self.sent[by] = Stream(receipt.epoch, receipt.last, receipt.manifest)
        return receipt

    def pull(self, to: str, receipts: Sequence[str] = (), /, **changes: Any) -> str:
        """A signed request for what comes after what was taken from `to`."""
        stream = self.came.setdefault(to, Stream())
        known = self.known.get(to)
        values: dict[str, Any] = {
            "by": self.party,
            "to": to,
            "epoch": stream.epoch,
            "after": stream.last,
            "keyset": known.number if known else 0,
            "at": datetime.now(UTC),
            "receipts": tuple(receipts),
        }
        return self._signed(Pull(**{**values, **changes}))

    # --- As a recipient ---------------------------------------------------------------------

    def open(self, data: bytes) -> tuple[Opened, Manifest]:
        """Steps 1 to 6 of the recipient's checks. Raises Hostile."""
        opened = sealed.open(data, self._sealing, (self.suite,))
        sender = self.known[opened.header.sender]
        manifest = Manifest.read(opened.manifest, sender.signer)
        if sender.active(wire.SIGNING_PQ):
            Manifest.check_second(opened.second, opened.manifest, sender.second_signer)
        manifest.check_header(opened.header)
        return opened, manifest

    def take(self, data: bytes) -> tuple[int, bytes]:
        """Answer an envelope as a good node does: status and signed receipt."""
        self.envelopes.append(data)
        opened, manifest = self.open(data)
        chain = jws.digest(opened.manifest)
        stream = self.came.setdefault(manifest.sender, Stream())
        place = (manifest.sender, manifest.epoch, manifest.first)
        if place in self.receipts and self.receipts[place][0] == chain:
            return 200, self.receipts[place][1].encode()
        if manifest.epoch == stream.epoch + 1 and manifest.first == 1 and not manifest.previous:
            stream.epoch, stream.last, stream.chain = manifest.epoch, 0, ""
        if manifest.epoch == stream.epoch and manifest.first <= stream.last:
            return 409, self.receipt(manifest, chain, refused="sequence-reused").encode()
        if (manifest.epoch, manifest.first) != (stream.epoch, stream.last + 1):
            return 409, self.gap(manifest, chain).encode()
        if manifest.previous != stream.chain:
            return 409, self.receipt(manifest, chain, refused="mismatch").encode()
        try:
            manifest.check_items(opened.items)
        except Hostile as error:
            return self.problem(manifest, chain, error.code)
        text = self.receipt(manifest, chain, results=self._judged(manifest.first, opened.items))
        stream.last, stream.chain = manifest.last, chain
        self.receipts[place] = (chain, text)
        return 200, text.encode()

    def _sealing(self, kid: str) -> SealingKey | None:
        pair = self.keys.get(kid)
        return SealingKey(kid, pair.listed.alg, pair.private) if pair else None

    def _judged(self, first: int, items: Sequence[str]) -> tuple[Result, ...]:
        read = [strict.read_object(strict.decode(jws.payload_part(item))) for item in items]
        self.items += read
        return tuple(Result(first + place, *self.judge(item)) for place, item in enumerate(read))

    def receipt(
        self, manifest: Manifest, chain: str, /, kid: str | None = None, **changes: Any
    ) -> str:
        """A signed receipt for the manifest whose hash is `chain`."""
        stream = self.came.setdefault(manifest.sender, Stream())
        values: dict[str, Any] = {
            "by": self.party,
            "to": manifest.sender,
            "at": datetime.now(UTC),
            "epoch": manifest.epoch,
            "first": manifest.first,
            "last": manifest.last,
            "manifest": chain,
            "applied_through": manifest.last if "results" in changes else stream.last,
        }
        return self._signed(Receipt(**{**values, **changes}), kid)

    def problem(self, manifest: Manifest, chain: str, code: str) -> tuple[int, bytes]:
        """A refusal of the whole batch, signed, as a problem carries it."""
        refusal = self.receipt(manifest, chain, refused=code)
        said = {"type": f"urn:cordillera:problem:{code}", "refusal": refusal}
        return 403 if code == "suspended" else 400, strict.canonical(said)

    def gap(self, manifest: Manifest, chain: str, /, **changes: Any) -> str:
        """The receipt that asks for the number after the last one taken."""
        stream = self.came[manifest.sender]
        values = {"epoch": stream.epoch, "expected": stream.last + 1, "chain": stream.chain}
        return self.receipt(manifest, chain, **{**values, **changes})

    def take_key_set(self, text: str | bytes) -> tuple[int, bytes]:
        """Answer a key set: it is held now."""
        text = text.decode() if isinstance(text, bytes) else text
        self.learn(text)
        held = wire.KeySet.read(text, None)
        receipt = KeysetReceipt(self.party, held.party, datetime.now(UTC), held.number)
        return 200, self._signed(receipt).encode()


@dataclass
class Line:
    """The way to a foreign node. Faults wait in `faults` and each serves one envelope: an answer to
    give instead, an error to raise; `lost` lets the envelope arrive and loses the answer."""

    to: Foreign
    faults: list[Any] = field(default_factory=list)
    lost: list[Exception] = field(default_factory=list)

    def post_envelope(self, address: str, data: bytes) -> tuple[int, bytes]:
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        if fault is not None:
            answer: tuple[int, bytes] = fault(data) if callable(fault) else fault
            return answer
        answer = self.to.take(data)
        if self.lost:
            raise self.lost.pop(0)
        return answer

    def post_key_set(self, address: str, text: str, to: str) -> tuple[int, bytes]:
        return self.to.take_key_set(text)


def _generate(use: str, suite: str) -> tuple[Any, bytes, str]:
    """Private half, public bytes, algorithm."""
    if use == wire.SEALING:
        return (*hpke.suite(suite).generate(), suite)
    if use == wire.SIGNING_PQ:
        second = MLDSA65PrivateKey.generate()
        return second, second.public_key().public_bytes_raw(), wire.ML_DSA_65
    private = Ed25519PrivateKey.generate()
    return private, private.public_key().public_bytes_raw(), wire.ED25519


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
