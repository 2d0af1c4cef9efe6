"""The signed request for one sealed chunk of a file, which its originator's node answers.

It is not secret and may come twice: the answer is sealed under the file's key, which only the
recipients of the version have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from cordillera.crypto.fields import Fields, written

from .signed import Signed

FORMAT = "cordillera-file/1"
MOST_CHUNKS = 1024
#: A nonce, one MiB, a tag.
LARGEST_CHUNK = 12 + 1024 * 1024 + 16


@dataclass(frozen=True, slots=True)
class FileRequest(Signed):
    """`by` asks the node of `to` for chunk `chunk` (from 0) of `file`."""

    TYPE: ClassVar[str] = "cordillera-file+jws"
    LARGEST: ClassVar[int] = 4096

    by: str
    to: str
    file: UUID
    chunk: int
    at: datetime

    def to_payload(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "from": self.by,
            "to": self.to,
            "file": str(self.file),
            "chunk": self.chunk,
            "at": written(self.at),
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> FileRequest:
        fields = Fields(payload, "file")
        fields.format(FORMAT)
        asked = cls(
            by=fields.party("from"),
            to=fields.party("to"),
            file=fields.uuid("file"),
            chunk=fields.whole("chunk", most=MOST_CHUNKS - 1),
            at=fields.time("at"),
        )
        fields.done()
        return asked
