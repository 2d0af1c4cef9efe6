"""Proofs that stand alone: https://c2sp.org/tlog-proof

An entry's index, its inclusion proof, and the checkpoint with its co-signatures. The `extra` line
carries the entry itself (see text.py), so that one file is all that a verifier needs beside keys.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import checkpoint, merkle
from .checkpoint import Checkpoint, read_hash, read_size
from .errors import Malformed
from .note import Note, decode, encode

FIRST = "c2sp.org/tlog-proof@v1"
MOST_STEPS = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """`path` leads from the entry at `index` to the root of the checkpoint in `note`."""

    index: int
    path: tuple[bytes, ...]
    note: Note
    extra: bytes = b""

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint.parse(self.note.text)

    def __str__(self) -> str:
        lines = [FIRST, *([f"extra {encode(self.extra)}"] if self.extra else [])]
        lines += [f"index {self.index}", *(encode(step) for step in self.path), ""]
        return "\n".join(lines) + f"\n{self.note}"

    @classmethod
    def parse(cls, raw: bytes) -> Proof:
        """Read a proof, nothing of it verified. Raises Malformed."""
        head, blank, tail = raw.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise Malformed("The lines of a proof before its checkpoint are ASCII.") from error
        if not blank or lines.pop(0) != FIRST or not lines:
            raise Malformed(f"A proof begins with the line {FIRST}.")
        extra = decode(lines.pop(0)[6:]) if lines[0].startswith("extra ") else b""
        if not lines or not lines[0].startswith("index ") or len(lines) > MOST_STEPS + 1:
            raise Malformed(f"A proof has an index line and at most {MOST_STEPS} hashes.")
        index = read_size(lines[0][6:])
        _, note = checkpoint.read(tail)
        return cls(index, tuple(read_hash(line) for line in lines[1:]), note, extra)

    def verify_inclusion(self, leaf: bytes) -> None:
        """Raise Unproved unless this leaf hash stands at `index` of the checkpoint's tree.

        The signatures on the checkpoint are not looked at.
        """
        head = self.checkpoint
        merkle.verify_inclusion(leaf, self.index, head.size, self.path, head.root)
