"""A file's content, chunk by chunk: put in, read out; never whole in memory.

What is read is collected first (`Content.of`), so that a download can go on when the request's
transaction is over.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from cordillera.crypto import strict
from cordillera.parties import sealing, vault

from . import sealed, storage
from .models import Attachment, Chunk


class Missing(Exception):
    """Chunks or the key of a file are not here."""


def seal_key(file: UUID, key: bytes) -> bytes:
    return vault.seal(f"file {file}", key)


def key_of(attachment: Attachment) -> bytes:
    """Raises Missing, SealingError."""
    if attachment.sealed_key is None:
        raise Missing(f"the key of {attachment.pk} is not here")
    return unseal_key(attachment.pk, bytes(attachment.sealed_key))


def unseal_key(file: UUID, sealed_key: bytes) -> bytes:
    """Raises SealingError."""
    kek = sealing.read_key(settings.KEY_ENCRYPTION_KEY)
    return sealing.unseal(sealed_key, key=kek, name=f"file {file}")


def put(attachment: Attachment, number: int, plain: bytes) -> None:
    """Seal and keep one chunk; one that came before is replaced."""
    last = number == attachment.chunk_count - 1
    chunk = sealed.seal(plain, key_of(attachment), attachment.pk, number, last)
    keep(attachment, number, chunk)


def keep(attachment: Attachment, number: int, chunk: bytes) -> None:
    """Keep a sealed chunk."""
    digest = hashlib.sha256(chunk).hexdigest()
    before = Chunk.objects.filter(attachment=attachment, number=number).first()
    storage.put(attachment.pk, number, digest, chunk)
    if before is None:
        Chunk.objects.create(attachment=attachment, number=number, digest=digest)
        return
    storage.drop(attachment.pk, number, before.digest)
    before.digest = digest
    before.save(update_fields=["digest"])


def open_chunk(attachment: Attachment, number: int, chunk: bytes) -> bytes:
    """The plaintext of a chunk that came from elsewhere. Raises sealed.Broken."""
    last = number == attachment.chunk_count - 1
    plain = sealed.unseal(chunk, key_of(attachment), attachment.pk, number, last)
    if len(plain) != sealed.length(attachment.size, number):
        raise sealed.Broken(f"chunk {number} of {attachment.pk} has another length")
    return plain


def here(attachment: Attachment) -> list[int]:
    """The numbers of the chunks that are here."""
    return list(attachment.chunks.values_list("number", flat=True))


@dataclass(frozen=True, slots=True)
class Content:
    """All that is needed to read a whole file."""

    file: UUID
    size: int
    digests: tuple[str, ...]
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, attachment: Attachment) -> Content:
        """Raises Missing where chunks are not here."""
        found = dict(attachment.chunks.values_list("number", "digest"))
        if sorted(found) != list(range(attachment.chunk_count)):
            raise Missing(f"{attachment.pk} has {len(found)} of {attachment.chunk_count} chunks")
        digests = tuple(found[number] for number in range(attachment.chunk_count))
        return cls(attachment.pk, attachment.size, digests, key_of(attachment))

    def chunk(self, number: int) -> bytes:
        """Raises sealed.Broken, FileNotFoundError."""
        chunk = storage.get(self.file, number, self.digests[number])
        last = number == len(self.digests) - 1
        return sealed.unseal(chunk, self.key, self.file, number, last)

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to before `end`."""
        end = self.size if end is None else end
        for number in range(start // sealed.CHUNK, sealed.count(end)):
            first = number * sealed.CHUNK
            plain = self.chunk(number)
            yield plain[max(start - first, 0) : end - first]

    def sha256(self) -> str:
        found = hashlib.sha256()
        for part in self.read():
            found.update(part)
        return strict.encode(found.digest())


class Reader(io.RawIOBase):
    """The content as a file in which one can seek; keeps one chunk."""

    def __init__(self, content: Content) -> None:
        self._content, self._at = content, 0
        self._number, self._plain = -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._content.size}[whence]
        if start + offset < 0:
            raise ValueError("before the file's beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._at >= self._content.size:
            return 0
        number, inside = divmod(self._at, sealed.CHUNK)
        if number != self._number:
            self._plain, self._number = self._content.chunk(number), number
        part = self._plain[inside : inside + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)
