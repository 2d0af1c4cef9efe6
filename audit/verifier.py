#!/usr/bin/env python3
"""Verify a log, a dump of it, or the proof of one entry: without database, network, or our code.

    python verifier.py DUMP --key VKEY --witness VKEY --witness VKEY --known CHECKPOINT

This one file needs Python 3.11 and `cryptography`, so that an auditor can carry it to a machine of
his own and read all of it. It therefore repeats in short what merkle.py, note.py and text.py say
at length; the tests hold the two against each other. It checks, in this order:

1. the checkpoint: its form, and the log's signature on it (c2sp.org/tlog-checkpoint);
2. the witnesses' co-signatures, and whether there are enough (c2sp.org/tlog-cosignature);
3. the tree: every hash, up to the root that the checkpoint names (RFC 6962, c2sp.org/tlog-tiles);
4. the log's earlier checkpoints, and those that others kept: all must be of this same tree;
5. the entries: each must be, at its place, the one that the tree commits to.

It does not check that the keys belong to whom they should: that is what you compare, once, out of
band. And no log can prove that something was never written into it.
"""

from __future__ import annotations

import argparse
import base64
import heapq
import json
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

WIDTH, HASH = 256, 32
BODY, ENTRY = b"cordillera/audit/body/v1\n", b"cordillera/audit/entry/v1\n"
PROOF, EXPORT = "c2sp.org/tlog-proof@v1", "cordillera-audit-export/v1"
LOG, COSIGNATURE, QUANTUM = 1, 4, 6
#: More faults than this are counted, not told.
MOST_TOLD = 50


class Wrong(Exception):
    """What was given is not of the form that it must have, or was not signed as it must be."""


# --- keys, notes, checkpoints ---------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    name: str
    kind: int
    public: bytes
    id: bytes

    @classmethod
    def parse(cls, text: str) -> Key:
        try:
            name, number, material = (*text.strip().split("+", 2), "", "")[:3]
            raw = base64.b64decode(material, validate=True)
            identity = sha256(name.encode() + b"\n" + raw).digest()[:4]
            if identity.hex() != number or raw[0] not in (LOG, COSIGNATURE, QUANTUM):
                raise ValueError("its id is not that of the key")
            return cls(name, raw[0], raw[1:], identity)
        except (ValueError, IndexError) as error:
            raise Wrong(f"{text[:60]!r} is not a verifier key: {error}.") from error

    def verify(self, signature: bytes, message: bytes) -> None:
        kind: Any = MLDSA44PublicKey if self.kind == QUANTUM else Ed25519PublicKey
        try:
            kind.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise Wrong(f"The signature that names {self.name} was not made by its key.") from error

    def __str__(self) -> str:
        return f"{self.name} ({self.id.hex()})"


@dataclass(frozen=True)
class Note:
    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def parse(cls, raw: bytes) -> Note:
        try:
            text, _, tail = raw.decode().rpartition("\n\n")
            if not text or not tail.endswith("\n"):
                raise ValueError("it has no signatures")
            lines = [line.split(" ") for line in tail[:-1].split("\n")]
            if any(len(line) != 3 or line[0] != "\u2014" for line in lines):
                raise ValueError("a signature line is not — name signature")
            values = [base64.b64decode(line[2], validate=True) for line in lines]
        except ValueError as error:
            raise Wrong(f"This is not a signed note: {error}.") from error
        found = zip(lines, values, strict=True)
        return cls(f"{text}\n", tuple((line[1], raw[:4], raw[4:]) for line, raw in found))

    def by(self, key: Key) -> list[bytes]:
        return [
            value for name, number, value in self.signatures if (name, number) == (key.name, key.id)
        ]


@dataclass(frozen=True)
class Head:
    """A checkpoint: what it says, and the note that carries it."""

    origin: str
    size: int
    root: bytes
    note: Note

    @classmethod
    def parse(cls, raw: bytes) -> Head:
        note = Note.parse(raw)
        lines = note.text.split("\n")
        try:
            origin, size, root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
            if not origin or str(size) != lines[1] or size < 0 or len(root) != HASH:
                raise ValueError("wanted an origin, a size and a root")
        except (ValueError, IndexError) as error:
            raise Wrong(f"This is not a checkpoint: {error}.") from error
        return cls(origin, size, root, note)

    def signed_by(self, keys: Iterable[Key]) -> Key | None:
        """The log's key that signed it; raises Wrong where one of them is named and did not."""
        for key in keys:
            for value in self.note.by(key) if key.kind == LOG and key.name == self.origin else ():
                key.verify(value, self.note.text.encode())
                return key
        return None

    def cosigned_by(self, keys: Iterable[Key]) -> dict[str, int]:
        """When each of these witnesses co-signed it; raises Wrong like `signed_by`. A key is one
        witness, under however many names it comes."""
        found, whose = dict[str, int](), dict[bytes, str]()
        for key in keys:
            for value in self.note.by(key) if key.kind != LOG else ():
                moment = int.from_bytes(value[:8], "big")
                message = f"cosignature/v1\ntime {moment}\n{self.note.text}".encode()
                key.verify(
                    value[8:], self._structure(key, moment) if key.kind == QUANTUM else message
                )
                if whose.setdefault(key.public, key.name) == key.name:
                    found[key.name] = moment
        return found

    def _structure(self, key: Key, moment: int) -> bytes:
        name, origin = key.name.encode(), self.origin.encode()
        begin = b"subtree/v1\n\0" + bytes([len(name)]) + name + struct.pack(">Q", moment)
        return begin + bytes([len(origin)]) + origin + struct.pack(">QQ", 0, self.size) + self.root


# --- the tree -------------------------------------------------------------------------------------


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def fold(row: Sequence[bytes]) -> bytes:
    """The root over these hashes; a lone last one rises as it is."""
    if not row:
        return sha256(b"").digest()
    while len(row) > 1:
        paired = [node(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        row = [*paired, row[-1]] if len(row) % 2 else paired
    return row[0]


def cut(tile: bytes) -> list[bytes]:
    return [tile[at : at + HASH] for at in range(0, len(tile), HASH)]


class Climb:
    """Grows by one hash at a time (of a leaf, or of a full tile) and knows its complete subtrees."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)

    def add(self, value: bytes) -> list[bytes]:
        """The complete subtrees that end with this hash, by their height."""
        count, ended = self.size, [value]
        while count & 1:
            value, count = node(self.peaks.pop(), value), count >> 1
            ended.append(value)
        self.peaks.append(value)
        self.size += 1
        return ended


def join(peaks: Sequence[bytes]) -> bytes:
    """The root over complete subtrees, the largest first."""
    if not peaks:
        return fold([])
    value = peaks[-1]
    for peak in reversed(peaks[:-1]):
        value = node(peak, value)
    return value


def climb_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root to which an inclusion proof leads (RFC 9162, 2.1.3.2); raises Wrong."""
    position, last, value = index, size - 1, leaf
    for step in path:
        if last <= 0:
            raise Wrong("The inclusion proof is longer than the tree is high.")
        if position & 1 or position == last:
            value = node(step, value)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            value = node(value, step)
        position, last = position >> 1, last >> 1
    if last:
        raise Wrong("The inclusion proof is shorter than the tree is high.")
    return value


# --- entries --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Line:
    """An entry as it stands somewhere. Without `head` there is none at this index; without `body`
    its text was erased and `hash` is what was left of it. `hidden`: not shown to who verifies."""

    index: int
    head: bytes | None
    body: bytes | None = None
    salt: bytes = b""
    hash: bytes = b""
    hidden: bool = False

    def leaf(self) -> bytes:
        inner = self.hash if self.body is None else sha256(BODY + self.salt + self.body).digest()
        return sha256(b"\x00" + sha256(ENTRY + inner + (self.head or b"")).digest()).digest()

    def name(self) -> str:
        try:
            return str(json.loads(self.head or b"{}")["id"])
        except (ValueError, KeyError, TypeError):
            return "without id"

    @classmethod
    def parse(cls, text: str | bytes) -> Line:
        try:
            given = json.loads(text)
            index = int(given["index"])
            if given.get("hidden"):
                return cls(index, None, hidden=True)
            head = str(given["head"]).encode()
            if "erased" in given:
                return cls(index, head, hash=base64.b64decode(given["erased"], validate=True))
            body = str(given["body"]).encode()
            return cls(index, head, body, base64.b64decode(given["salt"], validate=True))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Wrong(f"{text[:40]!r}… is not an entry of a dump: {error!r}.") from error


class Source(Protocol):
    """Where a log is read from: a dump, or the node's own database."""

    def checkpoint(self) -> bytes: ...
    def earlier(self) -> Iterable[bytes]: ...
    def tile(self, level: int, number: int) -> bytes: ...
    def span(self) -> tuple[int, int]:
        """The texts that are here: from this index, to before that one."""
        ...

    def lines(self) -> Iterable[Line]: ...
    def strays(self) -> Iterable[Fault]:
        """What else is amiss in the source itself."""
        ...


# --- what comes of it -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Trust:
    """`given`: these keys were brought by whoever verifies, not found beside what is verified."""

    log: tuple[Key, ...]
    witnesses: tuple[Key, ...] = ()
    quorum: int = 0
    given: bool = True


@dataclass(frozen=True)
class Fault:
    """`kind`: signature unwitnessed tree rolled-back forked edited deleted inserted reordered source."""

    kind: str
    message: str
    index: int | None = None


@dataclass
class Report:
    """`agreed` other checkpoints were of the same tree; of `erased` entries the text is gone."""

    origin: str = ""
    size: int = 0
    entries: int = 0
    erased: int = 0
    agreed: int = 0
    proved: list[str] = field(default_factory=list)
    not_proved: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.faults

    def wrong(self, kind: str, message: str, index: int | None = None) -> None:
        self.faults.append(Fault(kind, message, index))

    def leave_open(self, known: Iterable[bytes], claims: Iterable[str]) -> None:
        """What others could hold against the log, and what they say without a proof."""
        if not list(known):
            self.not_proved.append(
                "That nobody holds a checkpoint of this log which says otherwise: none was given that "
                "others kept (--known)."
            )
        for said in claims:
            self.not_proved.append(
                f"What a witness says otherwise, without a checkpoint that would prove it: {said}"
            )

    def lines(self) -> Iterator[str]:
        for fault in self.faults[:MOST_TOLD]:
            yield f"WRONG       {fault.kind}: {fault.message}"
        if len(self.faults) > MOST_TOLD:
            yield f"WRONG       and {len(self.faults) - MOST_TOLD} more."
        yield from (f"proved      {text}" for text in self.proved)
        yield from (f"not proved  {text}" for text in self.not_proved)
        yield "The log holds." if self.good else "The log does NOT hold."


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def verify(
    source: Source,
    trust: Trust,
    known: Iterable[bytes] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Everything that can be verified of this source. Raises nothing for what is wrong in it."""
    report = Report()
    try:
        head = Head.parse(source.checkpoint())
        report.origin, report.size = head.origin, head.size
        _signatures(report, head, trust)
        leaves = _Tree(report, source, head, trust).climb(known)
        texts(report, source, leaves, progress)
        report.faults.extend(source.strays())
    except Wrong as error:
        report.wrong("source", str(error))
    report.not_proved.append("That nothing was done which was never written into the log.")
    return report


def _signatures(report: Report, head: Head, trust: Trust) -> None:
    """Steps 1 and 2."""
    try:
        key = head.signed_by(trust.log)
        if key is None:
            raise Wrong(f"No trusted key of {head.origin} signed this checkpoint.")
        report.proved.append(f"The checkpoint at {head.size} entries is signed by {key}.")
        if not trust.given:
            report.not_proved.append(
                f"That this key is the log's own: it was found beside it. Compare {key.id.hex()}."
            )
    except Wrong as error:
        report.wrong("signature", str(error))
    try:
        moments = head.cosigned_by(trust.witnesses)
    except Wrong as error:
        report.wrong("signature", str(error))
        return
    known = len({key.name for key in trust.witnesses})
    for name, moment in moments.items():
        report.proved.append(f"{name} co-signed it as the largest tree it knew, {_day(moment)}.")
    if len(moments) < trust.quorum:
        report.wrong(
            "unwitnessed",
            f"{len(moments)} of {known} witnesses co-signed this checkpoint, {trust.quorum} must. "
            "Whoever has the log's key alone, stolen or not, can sign such a one.",
        )
    elif not moments:
        report.not_proved.append(
            "That others were shown the same log: no known witness has co-signed this checkpoint."
        )
    if moments:
        report.not_proved.append(
            "Whose these witnesses are: that their keys are different Parties' you compare out of band."
        )


def signatures(raw: bytes, trust: Trust) -> Report:
    """Steps 1 and 2 alone."""
    report = Report()
    try:
        head = Head.parse(raw)
        report.origin, report.size = head.origin, head.size
        _signatures(report, head, trust)
    except Wrong as error:
        report.wrong("source", str(error))
    return report


def climb_on(
    report: Report,
    source: Source,
    trust: Trust,
    climb: Climb,
    leaves: Sequence[bytes],
    known: Iterable[bytes] = (),
) -> None:
    """Steps 3 and 4 for the next leaf hashes; `climb` is what came before them, and grows. `known`: what
    others kept of this part of the tree, or beyond its end."""
    try:
        head = Head.parse(source.checkpoint())
        _Tree(report, source, head, trust).climb_on(climb, leaves, known)
    except Wrong as error:
        report.wrong("source", str(error))


class _Tree:
    """Steps 3 and 4: all hashes once, from left to right, and every checkpoint on the way.

    A checkpoint whose root comes out is of this tree, whoever signed it; one that says otherwise
    counts only if it was signed by the log, or co-signed by a witness.
    """

    def __init__(self, report: Report, source: Source, head: Head, trust: Trust) -> None:
        self.report, self.source, self.head, self.trust = report, source, head, trust
        self.passed = 0
        self.whole = True

    def climb(self, known: Iterable[bytes]) -> bytes:
        """The leaf hashes, one after the other."""
        heads = self._heads(known)
        tiles, rows, above = Climb(), list[bytes](), list[bytes]()
        ahead = next(heads, None)
        while ahead and ahead[0].size == 0:
            self._compare(ahead, fold([]))
            ahead = next(heads, None)
        for number in range(-(-self.head.size // WIDTH)):
            begin = number * WIDTH
            width = min(WIDTH, self.head.size - begin)
            tile = self.source.tile(0, number)[: width * HASH]
            if len(tile) != width * HASH:
                held = begin + len(tile) // HASH
                self._wrong(
                    f"The tree ends after {held} hashes; {self.head.size} were signed.", held
                )
                return b"".join(rows)
            row, inner = cut(tile), Climb()
            while ahead and ahead[0].size <= begin + width:
                for leaf in row[inner.size : ahead[0].size - begin]:
                    inner.add(leaf)
                self._compare(ahead, join([*tiles.peaks, *inner.peaks]))
                ahead = next(heads, None)
            rows.append(tile)
            if width == WIDTH:
                above.append(fold(row))
                tiles.add(above[-1])
        while ahead:
            self._beyond(ahead)
            ahead = next(heads, None)
        self._upper(above)
        self._proved()
        return b"".join(rows)

    def climb_on(self, climb: Climb, leaves: Sequence[bytes], known: Iterable[bytes]) -> None:
        """The same in parts: these leaf hashes follow those that `climb` has seen, and the source
        tells of the checkpoints among them. The signed root must come out with the last part."""
        heads, tiles = self._heads(known), dict[tuple[int, int], bytes]()
        ahead = next(heads, None)
        for leaf in (b"", *leaves):
            if leaf:
                self._stored(climb.size, climb.add(leaf), tiles)
            while ahead and ahead[0].size <= climb.size:
                self._compare(ahead, join(climb.peaks))
                ahead = next(heads, None)
        while ahead:
            if ahead[0].size > self.head.size:
                self._beyond(ahead)
            ahead = next(heads, None)

    def _stored(self, at: int, ended: list[bytes], tiles: dict[tuple[int, int], bytes]) -> None:
        """The higher tiles must hold the complete subtrees that end with the leaf `at`."""
        for height in range(8, len(ended), 8):
            level, (number, offset) = height // 8, divmod(at >> height, WIDTH)
            if (level, number) not in tiles:
                tiles[level, number] = self.source.tile(level, number)
            if tiles[level, number][offset * HASH : (offset + 1) * HASH] != ended[height]:
                self._wrong(f"Tile {number} at level {level} is not the root of those below.")

    def _heads(self, known: Iterable[bytes]) -> Iterator[tuple[Head, str]]:
        """This checkpoint, the log's earlier ones and those that others kept, by their size."""
        others = [(Head.parse(raw), "a checkpoint kept elsewhere") for raw in known]
        others = sorted([*others, (self.head, "this checkpoint")], key=lambda pair: pair[0].size)
        earlier = (
            (Head.parse(raw), "a checkpoint of this log itself") for raw in self.source.earlier()
        )
        last = -1
        for found in heapq.merge(earlier, others, key=lambda pair: pair[0].size):
            if found[0].size < last:
                raise Wrong("The log's earlier checkpoints are not in their order.")
            last = found[0].size
            if found[0].origin == self.head.origin:
                yield found
            else:
                self.passed += 1

    def _compare(self, found: tuple[Head, str], root: bytes) -> None:
        other, whence = found
        if other.root == root:
            self.report.agreed += other.note.text != self.head.note.text
        elif other is self.head:
            self._wrong(
                f"The hashes do not lead to the root that was signed for {other.size} entries: the "
                "tree was altered, or somebody else's tree was signed with the log's key."
            )
        elif self._counts(other, whence):
            self.report.wrong(
                "forked",
                f"{whence.capitalize()} names another root for the first {other.size} entries: the "
                "log was rewritten, or shown differently to others. Both are signed: keep them.",
            )

    def _beyond(self, found: tuple[Head, str]) -> None:
        other, whence = found
        if self._counts(other, whence):
            self.report.wrong(
                "rolled-back",
                f"{whence.capitalize()} says that the log had {other.size} entries; here it ends at "
                f"{self.head.size}. Its tail was cut off, or an old backup was put back.",
            )

    def _counts(self, other: Head, whence: str) -> bool:
        try:
            signed = other.signed_by(self.trust.log) or other.cosigned_by(self.trust.witnesses)
        except Wrong as error:
            self.report.wrong("signature", f"Of {whence}: {error}")
            return False
        self.passed += not signed
        return bool(signed)

    def _wrong(self, message: str, index: int | None = None) -> None:
        self.whole = False
        self.report.wrong("tree", message, index)

    def _proved(self) -> None:
        if self.whole:
            self.report.proved.append(
                f"All {self.head.size} hashes of the tree lead to the checkpoint's root."
            )
        if self.whole and self.report.agreed:
            self.report.proved.append(
                f"{self.report.agreed} other checkpoints are of this tree: up to there it only grew."
            )
        if self.passed:
            self.report.not_proved.append(
                f"{self.passed} of the other checkpoints: they are of another log, or nobody known "
                "signed them."
            )

    def _upper(self, row: list[bytes]) -> None:
        """The higher tiles must hold the roots of the full ones below them."""
        level = 1
        while row:
            above = []
            for begin in range(0, len(row), WIDTH):
                part, number = row[begin : begin + WIDTH], begin // WIDTH
                if self.source.tile(level, number)[: len(part) * HASH] != b"".join(part):
                    self._wrong(f"Tile {number} at level {level} is not the root of those below.")
                if len(part) == WIDTH:
                    above.append(fold(part))
            level, row = level + 1, above


#: The places in the tree of those of these leaf hashes that it has.
Places = Callable[[set[bytes]], dict[bytes, int]]


def texts(
    report: Report,
    source: Source,
    leaves: bytes,
    progress: Callable[[int, int], None] | None = None,
    begin: int = 0,
    places: Places | None = None,
) -> None:
    """Step 5. `leaves` are the leaf hashes from `begin` on: of the whole tree, or of the source's span;
    then `places` finds the others."""

    def leaf(at: int) -> bytes:
        return leaves[(at - begin) * HASH : (at - begin + 1) * HASH]

    def among(wanted: set[bytes]) -> dict[bytes, int]:
        return {hash: begin + at for at, hash in enumerate(cut(leaves)) if hash in wanted}

    first, end = source.span()
    good, hidden, erased, odd = bytearray(max(0, end - first)), 0, 0, []
    for count, line in enumerate(source.lines()):
        if progress and count % 10_000 == 0:
            progress(count, end - first)
        at = line.index - first
        if line.hidden and 0 <= at < len(good):
            hidden, good[at] = hidden + 1, 1
        elif line.head is not None:
            if line.leaf() == leaf(line.index) and 0 <= at < len(good) and not good[at]:
                good[at], erased = 1, erased + (line.body is None)
            else:
                odd.append(line)
    report.entries, report.erased = sum(good) - hidden, erased
    if odd or not all(good):
        lost = {first + at: leaf(first + at) for at, there in enumerate(good) if not there}
        _explain(report, lost, odd, (places or among)({line.leaf() for line in odd}))
    if report.entries and not report.faults:
        report.proved.append(
            f"The {report.entries} entries read, from {first} to {end - 1}, are those that were logged."
        )
    if erased:
        report.not_proved.append(
            f"The text of {erased} entries: it was erased. Their place, time, Party and tag are proved."
        )
    if unread := report.size - (end - first) + hidden:
        report.not_proved.append(f"The texts of {unread} entries: they are not shown here.")


def _explain(
    report: Report, unmatched: dict[int, bytes], odd: list[Line], places: dict[bytes, int]
) -> None:
    """Which entries were edited, put in, taken out or moved.

    `unmatched`: places where the entry that was logged is not shown, with its leaf hash. `places`:
    where what was shown in their stead was logged, if it was.
    """
    shown = {line.leaf() for line in odd}
    lost = {at for at, leaf in unmatched.items() if leaf not in shown}
    for line in [line for line in odd if line.leaf() not in places]:
        if line.index in lost:
            lost.remove(line.index)
            text = f"Entry {line.index} ({line.name()}) is not as it was logged: it was edited."
            report.wrong("edited", text, line.index)
        else:
            text = f"Entry {line.name()}, shown at {line.index}, was never logged: it was put in."
            report.wrong("inserted", text, line.index)
    for at in sorted(lost):
        report.wrong("deleted", f"Entry {at} is missing: it was logged, and taken out.", at)
    for line in odd:
        place = places.get(line.leaf(), line.index)
        if place != line.index:
            text = f"What stands at {line.index} (entry {line.name()}) was logged at {place}."
            report.wrong("reordered", text, line.index)
        elif line.leaf() in places:
            text = f"Entry {line.index} ({line.name()}) is shown there twice."
            report.wrong("inserted", text, line.index)


# --- one entry ------------------------------------------------------------------------------------


def verify_proof(raw: bytes, trust: Trust) -> Report:
    """A proof of one entry (c2sp.org/tlog-proof) whose `extra` line holds the entry."""
    report = Report(entries=1)
    try:
        before, blank, after = raw.partition(b"\n\n")
        lines = before.decode("ascii").split("\n")
        if not blank or len(lines) < 3 or lines[0] != PROOF or not lines[1].startswith("extra "):
            raise Wrong(f"A proof begins with {PROOF}, and has an extra line with its entry.")
        index = int(lines[2].removeprefix("index "))
        head = Head.parse(after)
        report.origin, report.size = head.origin, head.size
        _signatures(report, head, trust)
        path = [base64.b64decode(line, validate=True) for line in lines[3:]]
        members = json.loads(base64.b64decode(lines[1][6:], validate=True))
        line = Line.parse(json.dumps({**members, "index": index}))
        if climb_path(line.leaf(), index, head.size, path) != head.root:
            report.wrong(
                "edited", f"The entry {line.name()} is not what was logged at {index}.", index
            )
        else:
            report.proved.append(f"Entry {line.name()} was logged, just so, at {index}.")
            if line.body is None:
                report.not_proved.append(
                    "Its text: it was erased, its time, Party and tag were not."
                )
    except (Wrong, ValueError, TypeError) as error:
        report.wrong("source", str(error))
    report.not_proved.append("Anything about the log's other entries.")
    return report


# --- a dump on disk -------------------------------------------------------------------------------


class Dump:
    """What `manage.py audit export` wrote."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self._about = Note.parse((folder / "manifest").read_bytes())
            lines = self._about.text.split("\n")
            if lines[0] != EXPORT:
                raise Wrong(f"{folder} is no dump: its manifest does not begin with {EXPORT}.")
            self.origin = lines[1]
            self._span = (int(lines[2].split()[1]), int(lines[2].split()[2]))
            self._files = dict(line.split("  ", 1)[::-1] for line in lines[3:] if line)
        except (OSError, ValueError, IndexError) as error:
            raise Wrong(f"{folder} is no dump: {error}.") from error

    def checkpoint(self) -> bytes:
        return self._read("checkpoint")

    def earlier(self) -> Iterable[bytes]:
        for line in self._read("checkpoints.jsonl").splitlines():
            try:
                yield str(json.loads(line)["note"]).encode()
            except (ValueError, KeyError, TypeError) as error:
                raise Wrong("The dump's earlier checkpoints cannot be read.") from error

    def tile(self, level: int, number: int) -> bytes:
        groups, rest = [f"{number % 1000:03d}"], number // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        place = self.folder.joinpath("tile", str(level), *groups)
        if place.is_file():
            return place.read_bytes()
        parts = place.with_name(f"{place.name}.p")
        widths = sorted((int(p.name) for p in parts.glob("*") if p.name.isdigit()), reverse=True)
        return (parts / str(widths[0])).read_bytes() if widths else b""

    def span(self) -> tuple[int, int]:
        return self._span

    def lines(self) -> Iterable[Line]:
        for path in sorted((self.folder / "texts").glob("*.jsonl")):
            with path.open("rb") as file:
                yield from (Line.parse(line) for line in file)

    def strays(self) -> Iterable[Fault]:
        there = {
            str(path.relative_to(self.folder).as_posix()): path
            for path in self.folder.rglob("*")
            if path.is_file() and path.name != "manifest"
        }
        for name, digest in self._files.items():
            if name not in there:
                yield Fault("source", f"The file {name} is missing from the dump.")
            elif sha256(there[name].read_bytes()).hexdigest() != digest:
                yield Fault("source", f"The file {name} is not the one that was exported.")
        for name in sorted(there.keys() - self._files.keys()):
            yield Fault("source", f"The file {name} was not part of the export.")

    def signed(self, trust: Trust) -> Key | None:
        """The log's key that signed the manifest; raises Wrong."""
        for key in trust.log:
            for value in self._about.by(key):
                key.verify(value, self._about.text.encode())
                return key
        return None

    def held_against(self) -> tuple[list[bytes], list[str]]:
        """What the log's own node kept as findings against it: checkpoints, and what witnesses say."""
        if "findings.json" not in self._files:
            return [], []
        try:
            found = json.loads(self._read("findings.json"))
            return [str(note).encode() for note in found["checkpoints"]], list(found["claims"])
        except (ValueError, KeyError, TypeError) as error:
            raise Wrong("The dump's findings cannot be read.") from error

    def keys(self) -> tuple[list[Key], list[Key]]:
        """The log's and the witnesses' keys as the dump itself names them."""
        try:
            given = json.loads(self._read("keys.json"))
            return [Key.parse(k) for k in given["log"]], [Key.parse(k) for k in given["witnesses"]]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Wrong("The dump's keys cannot be read.") from error

    def _read(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise Wrong(f"The dump lacks its file {name}.") from error


def verify_dump(
    folder: Path,
    trust: Trust | None = None,
    known: Iterable[bytes] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """A dump; without `trust`, under the keys that lie in it, and the report says so."""
    report = Report()
    try:
        dump = Dump(folder)
        if trust is None:
            log, witnesses = dump.keys()
            trust = Trust(tuple(log), tuple(witnesses), given=False)
        given, (notes, claims) = list(known), dump.held_against()
        report = verify(dump, trust, [*given, *notes], progress)
        report.leave_open(given, claims)
        if dump.signed(trust) is None:
            raise Wrong("No trusted key signed the dump's manifest.")
    except Wrong as error:
        report.wrong("source", str(error))
    return report


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path, help="a dump's directory, or a file *.tlog-proof")
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="the log's key")
    parser.add_argument("--witness", action="append", default=[], metavar="VKEY")
    parser.add_argument("--quorum", type=int, help="co-signatures wanted; every witness by default")
    parser.add_argument(
        "--known",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a checkpoint of this log that you, a witness or another Party kept",
    )
    given = parser.parse_args(arguments)
    try:
        witnesses = tuple(Key.parse(text) for text in given.witness)
        quorum = len({key.name for key in witnesses}) if given.quorum is None else given.quorum
        trust = Trust(tuple(Key.parse(text) for text in given.key), witnesses, quorum)
        known = [path.read_bytes() for path in given.known]
        if given.path.is_dir():
            report = verify_dump(given.path, trust if trust.log else None, known)
        elif trust.log:
            report = verify_proof(given.path.read_bytes(), trust)
        else:
            raise Wrong("A single proof names no keys: give the log's with --key.")
    except (Wrong, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(report.lines()))
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
