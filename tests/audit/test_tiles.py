"""Tiles: paths, growth in batches of any size, and an outside reader of what we write."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlog_scales import tiles as theirs
from tlog_scales.reader import TilesReader

from audit import merkle, tiles
from audit.errors import Malformed, Unproved

from . import trees


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (tiles.Place(0, 1234067), "tile/0/x001/x234/067"),
        (tiles.Place(1, 5, 17), "tile/1/005.p/17"),
        (tiles.Place(None, 1000), "tile/entries/x001/000"),
    ],
)
def test_paths_are_written_and_read(place: tiles.Place, path: str) -> None:
    assert place.path == path
    assert tiles.Place.parse(path) == place


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/1",
        "tile/64/001",
        "tile/00/001",
        "tile/0/x000/001",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/../checkpoint",
        "tile/0/001/x001",
        "",
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(Malformed):
        tiles.Place.parse(path)


@given(st.integers(0, 10**9), st.integers(1, 256), st.integers(0, 5))
def test_paths_are_those_of_an_outside_library(number: int, width: int, level: int) -> None:
    partial = 0 if width == 256 else width
    assert tiles.Place(level, number, width).path == "/".join(
        theirs.tile_path(level, number, partial)
    )


def test_the_specification_s_example_of_70000_entries() -> None:
    found = list(tiles.places(70_000))
    level = [[place for place in found if place.level == n] for n in range(4)]
    assert [len(one) for one in level] == [274, 2, 1, 0]
    assert (level[0][-1].width, level[1][-1].width, level[2][-1].width) == (112, 17, 1)


@given(st.lists(st.integers(1, 600), min_size=1, max_size=6))
def test_batches_of_any_size_build_one_tree(batches: list[int]) -> None:
    row, store = trees.leaves(sum(batches)), trees.Store()
    for count in batches:
        store.append(row[store.size : store.size + count])
        assert merkle.root(store.reader, store.size) == trees.head(row[: store.size])
    assert set(store.tiles) == {(p.level, p.number) for p in tiles.places(store.size)}


def test_an_outside_reader_proves_from_our_tiles() -> None:
    row = trees.leaves(66_000)
    store = trees.Store(row, batch=777)
    reader = TilesReader(_Backend(store))
    reader.set_size(len(row))
    head = merkle.root(store.reader, len(row))
    assert reader.calculate_root_hash() == head
    for index in (0, 255, 256, 65_535, 65_536, 65_999):
        ours = merkle.inclusion_proof(store.reader, index, len(row))
        assert reader.get_inclusion_proof(index, len(row)).node_hashes == ours
    for old in (1, 256, 300, 65_536, 65_999):
        ours = merkle.consistency_proof(store.reader, old, len(row))
        assert reader.get_consistency_proof(old, len(row)).node_hashes == ours


def test_growth_upon_a_tree_with_a_hole_is_refused() -> None:
    store = trees.Store(trees.leaves(300))
    store.tiles[0, 1] = b""
    with pytest.raises(Unproved, match="lacks hashes"):
        store.append(trees.leaves(1, "next"))


class _Backend:
    def __init__(self, store: trees.Store) -> None:
        self.files = {}
        for place in tiles.places(store.size):
            self.files[Path(place.path)] = store.fetch(place.level or 0, place.number)

    def get(self, *path: str) -> bytes | None:
        return self.files.get(Path(*path))
