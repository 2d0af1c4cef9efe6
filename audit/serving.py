"""The log for reading, as c2sp.org/tlog-tiles lays it out: checkpoint, tiles of hashes, entries.

The entries are commitments (see text.py): who reads the whole log learns how much was done and
nothing of what. Only what a checkpoint was signed for is served.
"""

from __future__ import annotations

from typing import NamedTuple

from . import tiles, tree
from .cosigning import with_cosignatures
from .database import whole_log
from .errors import Malformed
from .merkle import HASH_BYTES
from .models import Leaf, SignedCheckpoint
from .tiles import HEIGHT, WIDTH, Place

BYTES, TEXT = "application/octet-stream", "text/plain; charset=utf-8"


class Served(NamedTuple):
    """`lasting`: these bytes never change and may be cached for ever."""

    content_type: str
    body: bytes
    lasting: bool


def serve(path: str) -> Served | None:
    """What lies under the log's address at `path`, as tile/0/x001/234.p/5; None for a 404."""
    with whole_log():
        last = SignedCheckpoint.objects.first()
        if last is None:
            return None
        if path == "checkpoint":
            return Served(TEXT, with_cosignatures(last), lasting=False)
        try:
            place = Place.parse(path)
        except Malformed:
            return None
        body = _tile(place, last.size)
    return Served(BYTES, body, lasting=True) if body else None


def _tile(place: Place, size: int) -> bytes:
    level = place.level or 0
    begin = place.number * WIDTH
    if place.width > (size >> HEIGHT * level) - begin:
        return b""
    if place.level is not None:
        return tree.fetch(level, place.number)[: place.width * HASH_BYTES]
    found = Leaf.objects.filter(index__gte=begin, index__lt=begin + place.width).order_by("index")
    return tiles.bundle(bytes(value) for value in found.values_list("commitment", flat=True))
