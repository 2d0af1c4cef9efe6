"""The Merkle tree of RFC 6962, section 2.1, over stored nodes.

Nothing here holds a tree. A tree of any size falls apart into complete subtrees, and `Read` gives
the hash of one: `read(level, index)` is the hash of the leaves [index·2^level, (index+1)·2^level).
With it a root, an inclusion proof or a consistency proof costs O(log² n) reads, of which most fall
on the same few tiles (see tiles.py). Verifying needs no reads at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from .errors import Contradicted, Unproved

Read = Callable[[int, int], bytes]

#: The root of the tree without leaves.
EMPTY = sha256(b"").digest()
HASH_BYTES = 32
#: No proof has more hashes.
MOST_STEPS = 63


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def complete_subtrees(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """(level, index) of the complete subtrees that make up [begin, end), from left to right.

    `begin` must be where a subtree of that width may begin, as it is in every proof.
    """
    while begin < end:
        level = (end - begin).bit_length() - 1
        yield level, begin >> level
        begin += 1 << level


def subtree(read: Read, begin: int, end: int) -> bytes:
    """MTH(D[begin:end]), for a `begin` that is a multiple of the next power of two below the width."""
    found = [read(level, index) for level, index in complete_subtrees(begin, end)]
    if not found:
        return EMPTY
    value = found.pop()
    while found:
        value = node_hash(found.pop(), value)
    return value


def root(read: Read, size: int) -> bytes:
    """The tree head over the first `size` leaves."""
    return subtree(read, 0, size)


def split(width: int) -> int:
    """The largest power of two smaller than `width`, which is at least 2."""
    return 1 << ((width - 1).bit_length() - 1)


def inclusion_proof(read: Read, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]) of section 2.1.1, from the leaf's sibling up."""
    if not 0 <= index < size:
        raise Unproved(f"A tree of {size} entries has none with the index {index}.")
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + split(end - begin)
        if index < middle:
            path.append(subtree(read, middle, end))
            end = middle
        else:
            path.append(subtree(read, begin, middle))
            begin = middle
    return path[::-1]


def consistency_proof(read: Read, old: int, new: int) -> list[bytes]:
    """PROOF(old, D[new]) of section 2.1.2; empty from size 0 and between equal sizes."""
    if not 0 <= old <= new:
        raise Unproved(f"A tree of {new} entries cannot have grown from one of {old}.")
    if old in (0, new):
        return []
    path, begin, end, whole = [], 0, new, True
    while old != end:
        middle = begin + split(end - begin)
        if old <= middle:
            path.append(subtree(read, middle, end))
            end = middle
        else:
            path.append(subtree(read, begin, middle))
            begin, whole = middle, False
    if not whole:
        path.append(subtree(read, begin, end))
    return path[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], head: bytes
) -> None:
    """Raise Unproved unless `path` leads from this leaf hash to `head` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise Unproved(f"A tree of {size} entries has none with the index {index}.")
    value = leaf
    for on_left, step in _climb(index, size - 1, path):
        value = node_hash(step, value) if on_left else node_hash(value, step)
    if value != head:
        raise Unproved("The inclusion proof leads to another root than the checkpoint's.")


def _climb(position: int, last: int, path: Iterable[bytes]) -> Iterator[tuple[bool, bytes]]:
    """Each hash of the path, and whether it stands on the left of the one that is there already, from
    the node at `position` up to the root; `last` is the position of the last node beside it."""
    for step in path:
        if last == 0:
            raise Unproved("The proof is longer than the tree is high.")
        on_left = bool(position & 1) or position == last
        yield on_left, step
        while on_left and not position & 1 and position:
            position, last = position >> 1, last >> 1
        position, last = position >> 1, last >> 1
    if last:
        raise Unproved("The proof is shorter than the tree is high.")


def verify_consistency(
    old: int, new: int, old_head: bytes, new_head: bytes, path: Sequence[bytes]
) -> None:
    """Raise Unproved unless the new tree begins with the whole old one (RFC 9162, 2.1.4.2); of these
    Contradicted where the path itself proves that it does not."""
    if not 0 <= old <= new:
        raise Unproved(f"A tree of {new} entries cannot have grown from one of {old}.")
    if old in (0, new):
        _trivially_consistent(old, new, old_head, new_head, path)
        return
    steps = [old_head, *path] if is_power_of_two(old) else list(path)
    if not steps:
        raise Unproved("The consistency proof is empty.")
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    was = now = steps[0]
    for on_left, step in _climb(position, last, steps[1:]):
        was = node_hash(step, was) if on_left else was
        now = node_hash(step, now) if on_left else node_hash(now, step)
    if now != new_head:
        raise Unproved(f"The proof does not lead to the root of the tree of {new} entries.")
    if was != old_head:
        raise Contradicted(
            f"The proof leads to the root of the tree of {new} entries, and to another one than the "
            f"tree had at {old}."
        )


def is_power_of_two(size: int) -> bool:
    return size > 0 and size & (size - 1) == 0


def verify_beginning(
    old: int, new: int, old_head: bytes, new_head: bytes, path: Sequence[bytes]
) -> None:
    """The same of an `old` that is a power of two, from 4 on, by the consistency proof of `old - 1`.

    Of `old` itself a proof leaves the older root out, so that no fork can show in it. On the way of this
    one to `new_head` lies the root that the new tree has over its first `old`.
    """
    if not (is_power_of_two(old) and 4 <= old < new and path):
        raise Unproved(f"From {old} entries, and with {len(path)} hashes, nothing shows.")
    value = beginning = path[0]
    for count, (on_left, step) in enumerate(_climb(old - 2, new - 1, path[1:]), start=1):
        value = node_hash(step, value) if on_left else node_hash(value, step)
        beginning = value if count == old.bit_length() - 1 else beginning
    if value != new_head:
        raise Unproved(f"The proof does not lead to the root of the tree of {new} entries.")
    if beginning != old_head:
        raise Contradicted(f"The tree of {new} entries begins with others than the {old} had.")


def _trivially_consistent(
    old: int, new: int, old_head: bytes, new_head: bytes, path: Sequence[bytes]
) -> None:
    if path:
        raise Unproved(f"From {old} to {new} entries there is nothing to prove; wanted no hashes.")
    if old == 0 and old_head != EMPTY:
        raise Unproved("A tree without entries has the root SHA-256 of nothing.")
    if old == new and old_head != new_head:
        raise Contradicted(f"Two different roots are claimed for {new} entries.")
