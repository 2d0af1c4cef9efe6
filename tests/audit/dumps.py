"""Dumps of the log: whom they are checked against, what a check told, and a dishonest hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from audit import keys, verifier, witness
from audit.note import ED25519
from audit.verifier import Key, Report, Trust

from .conftest import tamper


def trust(quorum: int = 1) -> Trust:
    log = tuple(Key.parse(str(key)) for key in keys.own_keys(ED25519))
    witnesses = tuple(Key.parse(str(key)) for key in keys.own_keys(4, 6))
    return Trust(log, witnesses, quorum)


def verified(folder: Path, *known: bytes) -> Report:
    return verifier.verify_dump(folder, trust(), known)


def told(report: Report) -> set[tuple[str, int | None]]:
    """Kind and index of every fault but that a file was changed."""
    return {(fault.kind, fault.index) for fault in report.faults if fault.kind != "source"}


def edit(folder: Path, change: Callable[[list[dict[str, object]]], None]) -> None:
    """Change the dump's entries."""
    path = folder / "texts" / "000000000000.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    change(lines)
    path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines))


def ask(name: str, body: bytes) -> tuple[int, bytes]:
    answer = witness.add_checkpoint(body)
    return answer.status, answer.body


def show(name: str) -> bytes:
    """What the witness co-signed last, as it gives it to whoever asks."""
    return witness.latest(sha256(keys.origin().encode()).hexdigest()) or b""


def restore_twelve() -> None:
    """The log's own tables as they were at twelve entries; the witness remembers."""
    for table, column in (("leaf", "index >= 12"), ("checkpoint", "size > 12")):
        tamper(f"DELETE FROM audit_{table} WHERE {column}")
    tamper("DELETE FROM audit_cosignature")
    tamper("UPDATE audit_tile SET hashes = substring(hashes FOR 12 * 32)")
    tamper("DELETE FROM audit_entry WHERE id NOT IN (SELECT entry_id FROM audit_leaf)")
