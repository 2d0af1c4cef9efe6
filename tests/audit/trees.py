"""A tree as the RFC writes it down: the whole of it in memory, hashed anew each time. The oracle."""

from __future__ import annotations

from hashlib import sha256

from audit import tiles


def leaves(count: int, word: str = "entry") -> list[bytes]:
    return [sha256(b"\x00" + f"{word} {n}".encode()).digest() for n in range(count)]


def head(row: list[bytes]) -> bytes:
    """MTH of section 2.1 over leaf hashes."""
    if not row:
        return sha256(b"").digest()
    if len(row) == 1:
        return row[0]
    k = _split(len(row))
    return sha256(b"\x01" + head(row[:k]) + head(row[k:])).digest()


def path(index: int, row: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.1."""
    if len(row) == 1:
        return []
    k = _split(len(row))
    if index < k:
        return [*path(index, row[:k]), head(row[k:])]
    return [*path(index - k, row[k:]), head(row[:k])]


def proof(old: int, row: list[bytes]) -> list[bytes]:
    """PROOF of section 2.1.2."""
    return _subproof(old, row, True)


def _subproof(old: int, row: list[bytes], whole: bool) -> list[bytes]:
    if old == len(row):
        return [] if whole else [head(row)]
    k = _split(len(row))
    if old <= k:
        return [*_subproof(old, row[:k], whole), head(row[k:])]
    return [*_subproof(old - k, row[k:], False), head(row[:k])]


def _split(width: int) -> int:
    k = 1
    while k * 2 < width:
        k *= 2
    return k


class Store:
    """Tiles in a dict, grown the way the log grows them."""

    def __init__(self, row: list[bytes] | None = None, batch: int = 1000) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.size = 0
        for at in range(0, len(row or []), batch):
            self.append((row or [])[at : at + batch])

    def fetch(self, level: int, number: int) -> bytes:
        return self.tiles.get((level, number), b"")

    def append(self, row: list[bytes]) -> None:
        self.tiles.update(tiles.append(self.fetch, self.size, row))
        self.size += len(row)

    @property
    def reader(self) -> tiles.Reader:
        return tiles.Reader(self.fetch)
