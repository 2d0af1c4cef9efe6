"""A second implementation that is not ours accepts what we make. It needs Python 3.12."""

from __future__ import annotations

import pytest
from aics_tlog import checkpoint as theirs
from aics_tlog import note as their_note
from aics_tlog import tiles as their_tiles
from aics_tlog import tree as their_tree
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import merkle, note, tiles
from audit.checkpoint import Checkpoint
from audit.cosignature import Ed25519Cosigner
from audit.note import Note

from . import trees

LOG = Ed25519PrivateKey.from_private_bytes(b"L" * 32)
WITNESS = Ed25519Cosigner("mx.example/witness", Ed25519PrivateKey.from_private_bytes(b"W" * 32))
HEAD = Checkpoint("us.example/log", 5, trees.head(trees.leaves(5)))


def test_it_accepts_our_checkpoint_with_its_cosignature() -> None:
    signed = HEAD.signed(LOG)
    both = Note(signed.text, (*signed.signatures, WITNESS.cosign(HEAD, 1_700_000_000)))
    found = theirs.verify_checkpoint(
        their_note.parse_note(str(both)),
        their_note.parse_vkey(str(note.verifier_key(HEAD.origin, LOG))),
        [their_note.parse_vkey(str(WITNESS.key))],
        quorum=1,
        expected_origin=HEAD.origin,
    )
    assert (found.ok, found.size, found.root) == (True, 5, HEAD.root), found.error


@pytest.mark.parametrize("size", [1, 2, 5, 256, 300, 1000])
def test_it_accepts_our_proofs(size: int) -> None:
    row = trees.leaves(size)
    read = trees.Store(row).reader
    head = merkle.root(read, size)
    for index in {0, size // 2, size - 1}:
        path = merkle.inclusion_proof(read, index, size)
        assert their_tree.verify_inclusion(row[index], index, size, path, head)
        path = merkle.consistency_proof(read, index + 1, size)
        was = merkle.root(read, index + 1)
        assert their_tree.verify_consistency(index + 1, size, was, head, path)


def test_it_reads_our_bundles_and_names_tiles_as_we_do() -> None:
    entries = [b"a" * 32, b"b" * 32]
    assert their_tiles.parse_entry_bundle(tiles.bundle(entries)) == entries
    for place in (tiles.Place(0, 1234067), tiles.Place(2, 5, 17)):
        width = None if place.width == tiles.WIDTH else place.width
        assert their_tiles.tile_path(place.level or 0, place.number, width) == place.path
