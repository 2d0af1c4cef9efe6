"""The tree against RFC 6962's published roots, against a naive tree, and against an outside verifier."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlog_scales import tlog

from audit import merkle
from audit.errors import Contradicted, Unproved

from . import trees

#: The inputs and roots that the implementers of RFC 6962 have tested with since its first version.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = """
    6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
    fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
    aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
    d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7
    4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4
    76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
    ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c
    5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
""".split()
#: From the same collection: index, size, path.
PATHS = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
]
SIZES = st.integers(1, 700)


@pytest.mark.parametrize(("count", "root"), list(enumerate(ROOTS, start=1)))
def test_the_published_roots_come_out(count: int, root: str) -> None:
    store = trees.Store([merkle.leaf_hash(data) for data in INPUTS[:count]])
    assert merkle.root(store.reader, count).hex() == root


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle.root(trees.Store().reader, 0) == merkle.EMPTY == trees.head([])


@pytest.mark.parametrize(("index", "size", "path"), PATHS)
def test_the_published_paths_come_out(index: int, size: int, path: list[str]) -> None:
    store = trees.Store([merkle.leaf_hash(data) for data in INPUTS])
    assert [step.hex() for step in merkle.inclusion_proof(store.reader, index, size)] == path


@given(size=SIZES, data=st.data())
def test_inclusion_proofs_are_those_of_a_naive_tree(size: int, data: st.DataObject) -> None:
    row = trees.leaves(size)
    index = data.draw(st.integers(0, size - 1))
    found = merkle.inclusion_proof(trees.Store(row).reader, index, size)
    assert found == trees.path(index, row)
    merkle.verify_inclusion(row[index], index, size, found, trees.head(row))
    tlog.InclusionProof(index, size, found).check(row[index], trees.head(row))


@given(new=SIZES, data=st.data())
def test_consistency_proofs_are_those_of_a_naive_tree(new: int, data: st.DataObject) -> None:
    row = trees.leaves(new)
    old = data.draw(st.integers(1, new))
    found = merkle.consistency_proof(trees.Store(row).reader, old, new)
    was, now = trees.head(row[:old]), trees.head(row)
    assert found == trees.proof(old, row)
    merkle.verify_consistency(old, new, was, now, found)
    tlog.ConsistencyProof(old, new, found).check(was, now)


@given(power=st.integers(2, 8), data=st.data())
def test_what_a_tree_begins_with_shows_also_at_a_power_of_two(
    power: int, data: st.DataObject
) -> None:
    old = 1 << power
    row = trees.leaves(data.draw(st.integers(old + 1, 700)))
    path, now = trees.proof(old - 1, row), trees.head(row)
    merkle.verify_beginning(old, len(row), trees.head(row[:old]), now, path)
    with pytest.raises(Contradicted):
        merkle.verify_beginning(old, len(row), trees.head(trees.leaves(old, "other")), now, path)
    broken = data.draw(_broken(path))
    with pytest.raises(Unproved) as raised:
        merkle.verify_beginning(old, len(row), trees.head(row[:old]), now, broken)
    assert raised.type is Unproved, "nothing is proved by hashes that lead nowhere"


@given(size=st.integers(2, 300), data=st.data())
def test_a_changed_inclusion_proof_is_refused(size: int, data: st.DataObject) -> None:
    row = trees.leaves(size)
    index = data.draw(st.integers(0, size - 1))
    path, head = trees.path(index, row), trees.head(row)
    broken = data.draw(_broken(path))
    with pytest.raises(Unproved):
        merkle.verify_inclusion(row[index], index, size, broken, head)
    with pytest.raises(Unproved):
        merkle.verify_inclusion(row[index], index ^ 1, size, path, head)
    with pytest.raises(Unproved):
        merkle.verify_inclusion(trees.leaves(1, "other")[0], index, size, path, head)


@given(new=st.integers(2, 300), data=st.data())
def test_a_changed_consistency_proof_is_refused(new: int, data: st.DataObject) -> None:
    row = trees.leaves(new)
    old = data.draw(st.integers(1, new - 1))
    was, now, path = trees.head(row[:old]), trees.head(row), trees.proof(old, row)
    with pytest.raises(Unproved):
        merkle.verify_consistency(old, new, was, now, data.draw(_broken(path)))
    with pytest.raises(Unproved):
        merkle.verify_consistency(old, new, trees.head(trees.leaves(old, "fork")), now, path)
    with pytest.raises(Unproved):
        merkle.verify_consistency(old, new, was, trees.head(trees.leaves(new, "fork")), path)


@st.composite
def _broken(draw: st.DrawFn, path: list[bytes]) -> list[bytes]:
    """The path with one hash changed, left out or added."""
    at, how = draw(st.integers(0, len(path) - 1)), draw(st.sampled_from("change drop add".split()))
    other = bytes(32)
    if how == "change":
        return [*path[:at], other, *path[at + 1 :]]
    return [*path[:at], *path[at + 1 :]] if how == "drop" else [*path[:at], other, *path[at:]]


@pytest.mark.parametrize(
    ("old", "new", "was", "now", "path"),
    [
        (3, 2, "a", "b", []),
        (0, 2, "a", "b", []),
        (0, 2, "", "b", ["x"]),
        (2, 2, "a", "b", []),
        (2, 2, "a", "a", ["x"]),
        (3, 4, "a", "b", []),
    ],
)
def test_trivial_and_impossible_growth_is_refused(
    old: int, new: int, was: str, now: str, path: list[str]
) -> None:
    hashed = {"": merkle.EMPTY, **{word: merkle.leaf_hash(word.encode()) for word in "abx"}}
    with pytest.raises(Unproved):
        merkle.verify_consistency(
            old, new, hashed[was], hashed[now], [hashed[step] for step in path]
        )


def test_no_proof_is_made_of_what_is_not_there() -> None:
    store = trees.Store(trees.leaves(5))
    with pytest.raises(Unproved, match="none with the index 5"):
        merkle.inclusion_proof(store.reader, 5, 5)
    with pytest.raises(Unproved, match="lacks hashes"):
        merkle.root(store.reader, 6)
    with pytest.raises(Unproved, match="cannot have grown"):
        merkle.consistency_proof(store.reader, 5, 4)
