"""Checkpoints: https://c2sp.org/tlog-checkpoint

A log's statement, signed as a note, that its tree has this size and this root.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .errors import Malformed
from .merkle import HASH_BYTES
from .note import Note, decode, encode, sign

#: Characters of a checkpoint's text, many times what one needs.
LONGEST = 2048
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def read_size(text: str) -> int:
    """A tree size: decimal, without leading zeroes, at most 63 bits. Raises Malformed."""
    if not _SIZE.fullmatch(text) or (size := int(text)) >= 1 << 63:
        raise Malformed(f"{text[:24]!r} is not a tree size.")
    return size


def read_hash(text: str) -> bytes:
    value = decode(text)
    if len(value) != HASH_BYTES:
        raise Malformed(f"A hash has {HASH_BYTES} bytes; this one has {len(value)}.")
    return value


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says. `extensions` are lines that mean nothing here and are kept."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        lines = (self.origin, str(self.size), encode(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a note's text. Raises Malformed."""
        lines = text.split("\n")[:-1]
        if len(lines) < 3 or not all(lines):
            raise Malformed("A checkpoint has an origin, a size and a root, and no empty line.")
        return cls(lines[0], read_size(lines[1]), read_hash(lines[2]), tuple(lines[3:]))

    def signed(self, private: Ed25519PrivateKey) -> Note:
        """As a note with the log's signature, whose name is the origin."""
        text = self.text()
        return Note(text, (sign(text, self.origin, private),))


def read(raw: bytes) -> tuple[Checkpoint, Note]:
    """A checkpoint and the note that carries it, no signature verified. Raises Malformed."""
    note = Note.parse(raw)
    if len(note.text) > LONGEST:
        raise Malformed(f"The text of a checkpoint has at most {LONGEST} characters.")
    return Checkpoint.parse(note.text), note
