"""A dump of the log that verifier.py verifies on a machine without database or network.

checkpoint          the checkpoint that everything else is held against, with co-signatures
checkpoints.jsonl   every earlier one that this log signed
tile/…              the tree's hashes, named and filled as c2sp.org/tlog-tiles says
texts/….jsonl       the entries, one a line; {"index": 7, "hidden": true} where one is not shown
findings.json       checkpoints that others showed of this log and that are not of its tree, and what
                    witnesses say of it without such proof
keys.json           the log's and its witnesses' keys, to be compared with those that you know
manifest            the SHA-256 of each of these files, signed by the log
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path

from . import cosigning, findings, keys, tiles, tree
from .checking import Database
from .database import whole_log
from .errors import LogError
from .note import Note, encode, sign
from .verifier import EXPORT, Line

PER_FILE = 65_536
Heed = Callable[[int, int], None]


def export(
    folder: Path,
    *,
    first: int = 0,
    end: int | None = None,
    party: str | None = None,
    heed: Heed | None = None,
) -> int:
    """Write a dump into a folder that is new or empty; how many entries it shows.

    `first` and `end` say whose texts: the tree's hashes are always whole. With `party`, the texts
    of other Parties' entries are left out. `heed` is told, before each part that is written, how
    many places of texts and how many bytes there are so far; what it raises ends it. Raises LogError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise LogError(f"{folder} is not empty; a dump wants a folder of its own.")
    with whole_log():
        signed = cosigning.best()
        source = Database(cosigning.with_cosignatures(signed), signed.size, first, end, party)
        written = _Files(folder, heed)
        written.add("checkpoint", [source.note])
        written.add("checkpoints.jsonl", _earlier(source))
        for place in tiles.places(signed.size):
            written.add(
                place.path, [tree.fetch(place.level or 0, place.number)[: place.width * 32]]
            )
        shown = _texts(written, source)
        shown_of_it, claims = findings.held_against(keys.origin())
        held = {"checkpoints": shown_of_it, "claims": claims}
        written.add("findings.json", [json.dumps(held, ensure_ascii=False).encode()])
        written.add("keys.json", [json.dumps(_keys(), indent=2).encode()])
        (folder / "manifest").write_text(str(_manifest(source, written)))
    return shown


class _Files:
    """Writes the dump's files and remembers their digests."""

    def __init__(self, folder: Path, heed: Heed | None = None) -> None:
        self.folder, self.heed = folder, heed
        self.places = self.bytes = 0
        self.digests: dict[str, str] = {}

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        path, digest = self.folder / name, sha256()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for part in parts:
                self.bytes += len(part)
                if self.heed:
                    self.heed(self.places, self.bytes)
                digest.update(part)
                file.write(part)
        self.digests[name] = digest.hexdigest()


def _earlier(source: Database) -> Iterator[bytes]:
    for note in source.earlier(source.size):
        yield json.dumps({"note": note.decode()}).encode() + b"\n"


def _texts(written: _Files, source: Database) -> int:
    shown = 0
    lines = source.lines()
    for line in lines:
        part = chain([line], islice(lines, PER_FILE - 1))
        counted: list[bool] = []
        written.add(f"texts/{line.index:012d}.jsonl", _lines(written, part, counted))
        shown += sum(counted)
    return shown


def _lines(written: _Files, part: Iterable[Line], counted: list[bool]) -> Iterator[bytes]:
    for line in part:
        written.places += 1
        yield _line(line, counted)


def _line(line: Line, counted: list[bool]) -> bytes:
    members: dict[str, object] = {"index": line.index}
    if line.hidden:
        members["hidden"] = True
    elif line.head is not None:
        members["head"] = line.head.decode()
        if line.body is None:
            members["erased"] = encode(line.hash)
        else:
            members |= {"body": line.body.decode(), "salt": encode(line.salt)}
        counted.append(True)
    else:
        # What is missing here is missing in the dump as well, and the verifier says so.
        return b""
    return json.dumps(members, ensure_ascii=False).encode() + b"\n"


def _keys() -> dict[str, list[str]]:
    own = [str(key) for key in keys.own_keys(keys.ED25519, retired=True)]
    return {"log": own, "witnesses": [str(key) for key in keys.witness_keys()]}


def _manifest(source: Database, written: _Files) -> Note:
    origin, private = keys.log_key()
    first, end = source.span()
    lines = [EXPORT, origin, f"texts {first} {end}"]
    lines += [f"{digest}  {name}" for name, digest in sorted(written.digests.items())]
    text = "".join(f"{line}\n" for line in lines)
    return Note(text, (sign(text, origin, private),))
