"""Tiles: https://c2sp.org/tlog-tiles

The tree is stored and served as tiles, each up to 256 consecutive hashes of every eighth level. A
full tile is one hash of the tile above it. Appending touches the last tile of each level alone; a
proof reads two or three tiles a level.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .errors import Malformed, Unproved
from .merkle import HASH_BYTES, node_hash

HEIGHT, WIDTH = 8, 256
TILE_BYTES = WIDTH * HASH_BYTES

#: The hashes of a tile as far as it is filled: fetch(level, number); b"" where there is none.
Fetch = Callable[[int, int], bytes]

_PATH = re.compile(
    r"tile/(entries|0|[1-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tile lies. `level` is None for a bundle of entries; `width` 256 when it is full."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """As tile/1/x001/234/067.p/5."""
        groups = [f"{self.number % 1000:03d}"]
        rest = self.number // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        level = "entries" if self.level is None else str(self.level)
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{level}/{'/'.join(groups)}{partial}"

    @classmethod
    def parse(cls, path: str) -> Place:
        """Raises Malformed, also for a path that is not the one way to write it."""
        found = _PATH.fullmatch(path)
        if found is None or len(path) > 64:
            raise Malformed(f"{path[:64]!r} is not the path of a tile.")
        level = None if found[1] == "entries" else int(found[1])
        number = int(found[2].replace("x", "").replace("/", ""))
        place = cls(level, number, int(found[3] or WIDTH))
        if place.path != path:
            raise Malformed(f"{path!r} is not the path of a tile; it is written {place.path}.")
        return place


def places(size: int) -> Iterable[Place]:
    """Every tile of hashes of a tree of `size`, level by level."""
    level, count = 0, size
    while count:
        full, width = divmod(count, WIDTH)
        yield from (Place(level, number) for number in range(full))
        if width:
            yield Place(level, full, width)
        level, count = level + 1, full


def hashes(tile: bytes) -> list[bytes]:
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


def fold(row: Sequence[bytes]) -> bytes:
    """The root over 2^n hashes."""
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def place_of(level: int, index: int) -> tuple[int, int]:
    """Level and number of the tile that holds the hash of a complete subtree."""
    stored, above = divmod(level, HEIGHT)
    return stored, (index << above) // WIDTH


class Reader:
    """Hashes of complete subtrees out of tiles, each tile fetched once: a `merkle.Read`."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._tiles: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        stored, above = divmod(level, HEIGHT)
        first, count = index << above, 1 << above
        number, offset = divmod(first, WIDTH)
        tile = self._tile(stored, number)
        begin, end = offset * HASH_BYTES, (offset + count) * HASH_BYTES
        if len(tile) < end:
            raise Unproved(f"The tree lacks hashes of its tile {number} at level {stored}.")
        return fold(hashes(tile[begin:end]))

    def _tile(self, level: int, number: int) -> bytes:
        if (level, number) not in self._tiles:
            self._tiles[level, number] = self._fetch(level, number)
        return self._tiles[level, number]


def append(fetch: Fetch, size: int, leaves: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """The tiles that are new or longer once these leaf hashes follow the first `size` ones."""
    changed: dict[tuple[int, int], bytes] = {}
    level, count, added = 0, size, b"".join(leaves)
    while added:
        number, width = divmod(count, WIDTH)
        old = fetch(level, number)[: width * HASH_BYTES] if width else b""
        if len(old) != width * HASH_BYTES:
            raise Unproved(f"The tree lacks hashes of its tile {number} at level {level}.")
        row, above = old + added, []
        for at in range(0, len(row), TILE_BYTES):
            tile = row[at : at + TILE_BYTES]
            changed[level, number + at // TILE_BYTES] = tile
            if len(tile) == TILE_BYTES:
                above.append(fold(hashes(tile)))
        level, count, added = level + 1, number, b"".join(above)
    return changed


def bundle(entries: Iterable[bytes]) -> bytes:
    """Log entries, each behind its length in two bytes."""
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)
