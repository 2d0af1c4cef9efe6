"""Another node's log, and what this node as its witness holds and has found."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import merkle, note
from audit.checkpoint import Checkpoint
from audit.database import whole_log
from audit.models import Finding, Witnessed
from tests.audit import trees

ORIGIN = "us.example/audit"
LOG = Ed25519PrivateKey.from_private_bytes(b"L" * 32)
STRANGER = Ed25519PrivateKey.from_private_bytes(b"S" * 32)


class Log:
    """Another node's log, honest unless told otherwise."""

    def __init__(self, count: int, word: str = "entry", private: Ed25519PrivateKey = LOG) -> None:
        self.store, self.private = trees.Store(trees.leaves(count, word)), private

    def note(self, size: int) -> str:
        head = Checkpoint(ORIGIN, size, merkle.root(self.store.reader, size))
        return str(head.signed(self.private))

    def body(self, old: int, size: int, proof: list[bytes] | None = None) -> bytes:
        if proof is None:
            proof = merkle.consistency_proof(self.store.reader, old, size) if old < size else []
        lines = [f"old {old}", *(note.encode(step) for step in proof), ""]
        return ("\n".join(lines) + "\n" + self.note(size)).encode()


def held() -> int:
    with whole_log():
        return getattr(Witnessed.objects.filter(pk=ORIGIN).first(), "size", 0)


def kinds() -> list[str]:
    with whole_log():
        return list(Finding.objects.order_by("id").values_list("kind", flat=True))
