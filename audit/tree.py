"""The tree of this node's log, in the database. Everything here is called within `whole_log()`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection

from . import merkle, tiles
from .errors import Unproved
from .models import Leaf, SignedCheckpoint

_INSERT_LEAVES = """
    INSERT INTO audit_leaf (index, entry_id, commitment)
    SELECT %s + n - 1, entry_id, commitment
    FROM unnest(%s::uuid[], %s::bytea[]) WITH ORDINALITY AS u(entry_id, commitment, n)
"""
_INSERT_TILES = """
    INSERT INTO audit_tile (level, number, hashes)
    SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])
    ON CONFLICT (level, number) DO UPDATE SET hashes = EXCLUDED.hashes
"""
_SOME_TILES = """
    SELECT t.level, t.number, t.hashes
    FROM unnest(%s::smallint[], %s::bigint[]) AS u(level, number)
    JOIN audit_tile t ON t.level = u.level AND t.number = u.number
"""


def size() -> int:
    """How many entries have an index."""
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def fetch(level: int, number: int) -> bytes:
    """The hashes of a tile as far as it is filled; empty where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hashes FROM audit_tile WHERE level = %s AND number = %s", [level, number]
        )
        row = cursor.fetchone()
    return bytes(row[0]) if row else b""


def reader() -> tiles.Reader:
    """Reads each tile once; make a new one for each piece of work."""
    return tiles.Reader(fetch)


def reader_of(indexes: Iterable[int], size: int) -> tiles.Reader:
    """A reader that asks the database once, for all that the inclusion proofs of these entries need."""
    wanted = set[tuple[int, int]]()

    def note(level: int, index: int) -> bytes:
        wanted.add(tiles.place_of(level, index))
        return b""

    for index in indexes:
        merkle.inclusion_proof(note, index, size)
    with connection.cursor() as cursor:
        cursor.execute(
            _SOME_TILES, [[level for level, _ in wanted], [number for _, number in wanted]]
        )
        found = {(level, number): bytes(row) for level, number, row in cursor.fetchall()}
    return tiles.Reader(lambda level, number: found.get((level, number), b""))


def append(at: int, entries: Sequence[tuple[UUID, bytes]]) -> None:
    """Put entries (id, commitment) behind the first `at` ones. Call it under the sequencer's lock."""
    leaves = [merkle.leaf_hash(commitment) for _, commitment in entries]
    changed = tiles.append(fetch, at, leaves)
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT_LEAVES, [at, [pk for pk, _ in entries], [value for _, value in entries]]
        )
        cursor.execute(
            _INSERT_TILES,
            [
                [level for level, _ in changed],
                [number for _, number in changed],
                list(changed.values()),
            ],
        )


def still_holds(read: tiles.Reader, last: SignedCheckpoint) -> None:
    """Raise Unproved unless the stored tree still begins with what was signed last."""
    if merkle.root(read, last.size) != bytes(last.root):
        raise Unproved(
            f"The stored tree is no longer the one that was signed at {last.size} entries: "
            "its hashes were altered. Nothing more is signed."
        )
