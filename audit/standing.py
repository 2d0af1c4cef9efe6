"""How entries stand: what a page may say beside each, because it was checked when the page was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from . import checkpoint, cosigning, keys, merkle, stored, text, tiles, tree
from .database import whole_log
from .errors import LogError, Unproved
from .models import SignedCheckpoint
from .note import ED25519

State = Literal["proved", "waiting", "erased", "wrong"]

_PLACED = f"""
    SELECT l.index, p.line IS NOT NULL, {stored.COLUMNS}
    FROM audit_entry e
    LEFT JOIN audit_leaf l ON l.entry_id = e.id LEFT JOIN audit_pending p ON p.entry_id = e.id
    WHERE e.id = ANY(%s)
"""  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class Standing:
    """`proved`: its text and its place, by its inclusion proof. `erased`: its place, the text is
    gone. `waiting`: no checkpoint holds it yet. `wrong`: it is not what the tree commits to, or it
    lies outside of the tree, or the checkpoint was not signed by this log."""

    state: State
    index: int | None = None
    leaf: bytes = b""


@dataclass(frozen=True, slots=True)
class Look:
    """The newest checkpoint, who co-signed it, and how each entry stands under it. What is not of
    this log is left out."""

    checkpoint: SignedCheckpoint | None = None
    signed: bool = False
    witnesses: tuple[str, ...] = ()
    entries: Mapping[UUID, Standing] = field(default_factory=dict)


def look(entries: Sequence[UUID]) -> Look:
    """How each of these entries stands now; the same few queries however many there are."""
    with whole_log():
        rows = _placed(entries)
        last = SignedCheckpoint.objects.first()
        if last is None:
            return Look(entries={UUID(row[2]): _unsigned(row) for row in rows})
        places = [row[0] for row in rows if row[0] is not None and row[0] < last.size]
        read, signed = tree.reader_of(places, last.size), _signed(last)
        names = tuple(cosigning.witnesses_of(last.size))
        found = {UUID(row[2]): _standing(row, read, last, signed) for row in rows}
        return Look(last, signed, names, found)


def _placed(entries: Sequence[UUID]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_PLACED, [list(entries)])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _unsigned(row: Sequence[Any]) -> Standing:
    """Without a place it must wait for one: what does not was put in past the log."""
    index, pending = row[:2]
    return Standing("waiting" if pending or index is not None else "wrong", index)


def _signed(last: SignedCheckpoint) -> bool:
    """Whether the note is signed by this log's own key and says what its row says."""
    try:
        head, note = checkpoint.read(last.note.encode())
        own = keys.own_keys(ED25519, retired=True)
        return bool(note.signed_by(own)) and (head.size, head.root) == (last.size, bytes(last.root))
    except LogError:
        return False


def _standing(
    row: Sequence[Any], read: tiles.Reader, last: SignedCheckpoint, signed: bool
) -> Standing:
    index = row[0]
    if index is None or index >= last.size:
        return _unsigned(row)
    opened: text.Opened = stored.opened(row[2:])
    leaf = merkle.leaf_hash(opened.commitment)
    try:
        path = merkle.inclusion_proof(read, index, last.size)
        merkle.verify_inclusion(leaf, index, last.size, path, bytes(last.root))
    except Unproved:
        return Standing("wrong", index, leaf)
    if not signed:
        return Standing("wrong", index, leaf)
    return Standing("proved" if opened.body is not None else "erased", index, leaf)
