"""The Parties, keys and texts of the test vectors: the same ones each time.

No Django in here, and no chance: every key is stretched from its name, every moment is fixed. Only
sealing and ML-DSA draw random numbers, so their bytes differ each time and are opened instead.
Keys that everybody can read protect nothing: they are for tests.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA65PrivateKey

from audit import note
from audit.checkpoint import Checkpoint
from audit.cosignature import MLDSA44Cosigner
from cordillera.crypto import hpke, ids, jws, keyset, strict
from cordillera.crypto.hpke import SealingKey
from cordillera.crypto.keyset import Contact, Key, KeySet, key_id
from cordillera.crypto.log_keys import LogKeys
from sharing.exchange.formats import statement
from sharing.exchange.formats.envelope import Header
from sharing.exchange.formats.file import FileRequest
from sharing.exchange.formats.manifest import Manifest, item_hash
from sharing.exchange.formats.pull import Pull
from sharing.exchange.formats.receipt import KeysetReceipt, Receipt, Result
from sharing.exchange.formats.statement import Statement
from sharing.exchange.formats.version import Attached, Version

NOON = datetime(2026, 11, 21, 12, 0, 0, 250000, tzinfo=UTC)
NAMES = {
    "US": {"en": "United States", "es": "Estados Unidos", "fr": "États-Unis"},
    "MX": {"en": "Mexico", "es": "México", "fr": "Mexique"},
}


def seed(name: str) -> bytes:
    return hashlib.sha256(f"cordillera test vectors: {name}".encode()).digest()


def uuid(name: str, party: str = "US") -> UUID:
    return ids.bound(party, seed(name)[:16])


def digest(name: str) -> str:
    return strict.encode(seed(name))


@dataclass(frozen=True)
class Signer:
    """A Party with all its private keys. `older` was retired, `stolen` was revoked."""

    party: str

    def ed25519(self, name: str = "signing") -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(seed(f"{self.party} {name}"))

    def public(self, name: str = "signing") -> bytes:
        return self.ed25519(name).public_key().public_bytes_raw()

    def kid(self, name: str = "signing") -> str:
        use = keyset.ROOT if name == "root" else keyset.SIGNING
        return key_id(self.party, self.public(name), use)

    @property
    def second(self) -> MLDSA65PrivateKey:
        return MLDSA65PrivateKey.from_seed_bytes(seed(f"{self.party} second"))

    @property
    def second_kid(self) -> str:
        return key_id(self.party, self.second.public_key().public_bytes_raw(), keyset.SIGNING_PQ)

    def sealing_public(self, suite: str = hpke.XWING) -> bytes:
        return hpke.SUITES[suite].public_of(seed(f"{self.party} {suite}"))

    def sealing(self, suite: str = hpke.XWING) -> SealingKey:
        kid = key_id(self.party, self.sealing_public(suite), keyset.SEALING)
        return SealingKey(kid, suite, seed(f"{self.party} {suite}"))

    def keys(self) -> tuple[Key, ...]:
        week = timedelta(days=7)
        listed = [
            self._signing("older", until=NOON - week),
            self._signing("stolen", revoked_at=NOON - week),
            self._signing("signing"),
        ]
        public = self.second.public_key().public_bytes_raw()
        listed.append(Key(self.second_kid, keyset.SIGNING_PQ, "ML-DSA-65", public, NOON - week))
        for suite in hpke.SUITES:
            key = self.sealing(suite)
            public = self.sealing_public(suite)
            listed.append(Key(key.kid, keyset.SEALING, suite, public, NOON - week))
        return tuple(listed)

    def _signing(
        self, name: str, until: datetime | None = None, revoked_at: datetime | None = None
    ) -> Key:
        since = NOON - timedelta(days=30)
        public = self.public(name)
        return Key(self.kid(name), keyset.SIGNING, "Ed25519", public, since, until, revoked_at)

    @property
    def log_name(self) -> str:
        return f"{self.party.lower()}.example/cordillera/audit"

    def log_keys(self) -> LogKeys:
        """Of the node that hosts the Party: its log, and both keys of its witness."""
        witness = f"{self.log_name}/witness"
        log = note.verifier_key(self.log_name, self.ed25519("log"))
        first = note.verifier_key(witness, self.ed25519("witness"), note.COSIGNATURE_ED25519)
        quantum = MLDSA44PrivateKey.from_seed_bytes(seed(f"{self.party} witness 44"))
        second = MLDSA44Cosigner(witness, quantum).key
        return LogKeys((str(log),), (str(first), str(second)))

    def checkpoint(self, size: int) -> str:
        """A checkpoint of that log. Its tree is nowhere: the root is drawn from the name."""
        head = Checkpoint(self.log_name, size, seed(f"{self.party} tree of {size}"))
        return str(head.signed(self.ed25519("log")))

    def keyset(self, number: int = 1, previous: KeySet | None = None) -> KeySet:
        """A key set of the Party, signed and read."""
        payload = KeySet.build(
            party=self.party,
            number=number,
            issued_at=NOON,
            root=self.public("root"),
            keys=self.keys(),
            previous=previous.digest if previous else None,
            address=f"https://{self.party.lower()}.example/cordillera",
            names=NAMES[self.party],
            contacts=(
                Contact(
                    uuid(f"{self.party} contact", self.party), "R. Example", "Laredo", ("officer",)
                ),
            ),
            log=self.log_keys(),
        )
        return KeySet.read(self.signed_keyset(payload), self.public("root"))

    def signed_keyset(self, payload: dict[str, object]) -> str:
        return jws.sign(
            payload, typ=keyset.TYPE, kid=self.kid("root"), private=self.ed25519("root")
        )


US, MX = Signer("US"), Signer("MX")

ALERT = Version(
    record=uuid("alert"),
    reference="US-OA-2026-00001",
    kind="offence_alert",
    number=1,
    originator="US",
    unit="Laredo Port of Entry",
    about=None,
    body={
        "title": {"en": "Steel coils under a false heading", "es": "Rollos de acero"},
        "summary": 'Chars: é ñ œ ‐ 鋼 🚢 " \\ / \t',
        "goods": [{"hs": "720839", "quantity": {"value": "125.50", "unit": "TNE"}, "packages": 12}],
    },
    handling={
        "audience": ["MX", "US"],
        "tlp": "AMBER",
        "codes": ["H1"],
        "contains": ["personal"],
        "purpose": "customs_enforcement",
    },
    released_at=NOON,
    attachments=(
        Attached(uuid("file"), "factura n° 3.pdf", 1048577, "application/pdf", digest("file")),
    ),
)
#: Of each type one, by name.
STATEMENTS: dict[str, Statement] = {
    content.TYPE: Statement("US", NOON, content)
    for content in (
        statement.Withdrawal(
            ALERT.record, ALERT.reference, ALERT.kind, uuid("parent", "MX"), 1, "recalled"
        ),
        statement.Expiry(ALERT.record, ALERT.reference, 1),
        statement.Report(
            (
                statement.ReportEntry(ALERT.record, 1, "applied", NOON),
                statement.ReportEntry(ALERT.record, 1, "refused", NOON, reason="schema"),
                statement.ReportEntry(ALERT.record, 1, "read", NOON, opened=3, officers=2),
                statement.ReportEntry(
                    ALERT.record, 1, "purged", NOON, purged=dict.fromkeys(statement.PURGED, 1)
                ),
            )
        ),
        statement.Readers(
            (
                statement.Named(
                    ALERT.record,
                    (
                        statement.Reader("R. Éxample", "Aduana de Nuevo Laredo", NOON),
                        statement.Reader("S. Example", "", NOON),
                    ),
                ),
            )
        ),
        statement.AttachmentKey(ALERT.record, 1, uuid("file"), seed("file")),
        statement.Checkpoint("us.example/log\n1\nAAAA\n\n— us.example AAAA\n"),
    )
}


def items() -> tuple[str, ...]:
    """The batch's items, signed by US."""
    key = US.ed25519()
    return (
        ALERT.sign(US.kid(), key),
        STATEMENTS["withdrawal"].sign(US.kid(), key),
        STATEMENTS["expiry"].sign(US.kid(), key),
    )


def manifest(first: int = 1, previous: str = "", held: tuple[str, ...] | None = None) -> Manifest:
    held = items() if held is None else held
    hashes = tuple(item_hash(item) for item in held)
    return Manifest("US", "MX", 1, first, first + len(held) - 1, previous, hashes, NOON)


def header(suite: str = hpke.XWING, first: int = 1, last: int = 3) -> Header:
    return Header(suite, "US", "MX", 1, first, last, MX.sealing(suite).kid)


def receipts() -> dict[str, Receipt | KeysetReceipt]:
    """Of each shape one, by name."""
    batch = jws.digest(manifest().sign(US.kid(), US.ed25519()))
    outcomes = (Result(1, "applied"), Result(2, "waiting", "unknown-about"))
    results = (*outcomes, Result(3, "refused", "record-mismatch"))
    return {
        "results": Receipt("MX", "US", NOON, 1, 1, 3, batch, 3, results),
        "checkpoints": Receipt(
            *("MX", "US", NOON, 1, 1, 3, batch, 3, results),
            checkpoints=(MX.checkpoint(7), US.checkpoint(5)),
        ),
        "gap": Receipt("MX", "US", NOON, 1, 7, 9, batch, 3, expected=4, chain=batch),
        "refused": Receipt("MX", "US", NOON, 1, 1, 3, "", 0, refused="suspended"),
        "keyset": KeysetReceipt("MX", "US", NOON, 1),
    }


def file() -> FileRequest:
    return FileRequest("MX", "US", uuid("file"), 1, NOON)


def pull() -> Pull:
    receipt = receipts()["results"].sign(MX.kid(), MX.ed25519())
    return Pull("MX", "US", 1, 3, 1, NOON, (receipt,))
