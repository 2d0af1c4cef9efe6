"""The audit log of a node in other hands, and that node as a witness: pure, no Django, no database."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import merkle, note
from audit.checkpoint import Checkpoint
from audit.cosignature import Ed25519Cosigner
from audit.witness import Request
from cordillera.crypto.log_keys import LogKeys
from tests.audit import trees


@dataclass
class ForeignLog:
    """Its tree has `count` entries; one with another `word` is another tree under the same keys."""

    name: str
    count: int = 40
    word: str = "entry"
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    witness: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    asked: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = trees.Store(trees.leaves(self.count, self.word))

    def forked(self) -> ForeignLog:
        return ForeignLog(self.name, self.count, "other", self.private, self.witness)

    @property
    def cosigner(self) -> Ed25519Cosigner:
        return Ed25519Cosigner(f"{self.name}/witness", self.witness)

    def keys(self) -> LogKeys:
        log = note.verifier_key(self.name, self.private)
        return LogKeys((str(log),), (str(self.cosigner.key),))

    def note(self, size: int) -> str:
        head = Checkpoint(self.name, size, merkle.root(self.store.reader, size))
        return str(head.signed(self.private))

    def proof(self, old: int, new: int) -> list[bytes]:
        return merkle.consistency_proof(self.store.reader, old, new)

    def body(self, old: int, size: int) -> bytes:
        lines = [f"old {old}", *(note.encode(step) for step in self.proof(old, size)), ""]
        return ("\n".join(lines) + "\n" + self.note(size)).encode()

    def cosign(self, body: bytes) -> tuple[int, bytes]:
        """As a witness that believes everything."""
        request = Request.parse(body)
        self.asked.append(request)
        return 200, self.cosigner.cosign(request.head, int(time.time())).line().encode()
