"""Which of a dishonest dump's lies the verifier tells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import checking, keys, proving, sequencer, verifier
from audit.checkpoint import Checkpoint, read
from audit.cosignature import Ed25519Cosigner
from audit.note import COSIGNATURE_ED25519, Note, Signature, sign, verifier_key
from audit.verifier import Dump, Key, Trust

from . import trees
from .conftest import Write
from .dumps import edit, told, verified

pytestmark = pytest.mark.usefixtures("trusted")


def test_an_edited_entry_is_named(dump: Path) -> None:
    def change(lines: list[dict[str, object]]) -> None:
        lines[4]["body"] = str(lines[4]["body"]).replace("Inés Ávila", "Nobody")

    edit(dump, change)
    assert told(verified(dump)) == {("edited", 4)}


def test_an_edited_moment_is_named(dump: Path) -> None:
    def change(lines: list[dict[str, object]]) -> None:
        lines[4]["head"] = str(lines[4]["head"]).replace("20", "19", 1)

    edit(dump, change)
    assert told(verified(dump)) == {("edited", 4)}


def test_a_deleted_entry_is_named(dump: Path) -> None:
    edit(dump, lambda lines: lines.pop(4))
    assert told(verified(dump)) == {("deleted", 4)}


def test_a_deleted_entry_is_named_though_the_others_were_moved_up(dump: Path) -> None:
    def change(lines: list[dict[str, object]]) -> None:
        lines.pop(4)
        for index, line in enumerate(lines):
            line["index"] = index

    edit(dump, change)
    found = told(verified(dump))
    assert ("deleted", 4) in found
    assert {kind for kind, _ in found} == {"deleted", "reordered"}


def test_an_inserted_entry_is_named(dump: Path) -> None:
    def change(lines: list[dict[str, object]]) -> None:
        lines.insert(4, {**lines[4], "salt": lines[0]["salt"]})

    edit(dump, change)
    assert told(verified(dump)) == {("inserted", 4)}


def test_an_entry_inserted_with_the_others_moved_down_is_named(dump: Path) -> None:
    def change(lines: list[dict[str, object]]) -> None:
        lines.insert(4, {**lines[4], "salt": lines[0]["salt"]})
        for index, line in enumerate(lines):
            line["index"] = index

    edit(dump, change)
    found = told(verified(dump))
    assert ("inserted", 4) in found
    assert {kind for kind, _ in found} == {"inserted", "reordered"}


def test_reordered_entries_are_named(dump: Path) -> None:
    def change(lines: list[dict[str, object]]) -> None:
        lines[4]["index"], lines[7]["index"] = 7, 4

    edit(dump, change)
    report = verified(dump)
    assert told(report) == {("reordered", 4), ("reordered", 7)}
    assert "was logged at 7" in report.faults[0].message + report.faults[1].message


def test_changed_missing_and_added_files_are_named(dump: Path) -> None:
    edit(dump, lambda lines: lines.reverse())
    (dump / "keys.json").unlink()
    (dump / "texts" / "note.txt").write_text("x")
    messages = " ".join(fault.message for fault in verified(dump).faults)
    assert "texts/000000000000.jsonl is not the one that was exported" in messages
    assert "keys.json is missing" in messages
    assert "texts/note.txt was not part" in messages


def test_a_tail_cut_off_shows_in_what_others_kept(dump: Path, write: Write, tmp_path: Path) -> None:
    """The dump is whole in itself: it is an old state. A later checkpoint betrays it."""
    write(3)
    sequencer.sequence(at_once=True)
    report = verified(dump, proving.checkpoint())
    assert told(report) == {("rolled-back", None)}
    assert "the log had 15 entries; here it ends at 12" in report.faults[0].message


def test_a_tail_cut_off_by_hand_shows_in_the_tree(dump: Path) -> None:
    tile = dump / "tile" / "0" / "000.p" / "12"
    tile.write_bytes(tile.read_bytes()[: 9 * 32])
    assert ("tree", 9) in told(verified(dump))


def test_altered_hashes_show(dump: Path) -> None:
    tile = dump / "tile" / "0" / "000.p" / "12"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    assert {kind for kind, _ in told(verified(dump))} >= {"tree", "forked"}


def test_a_checkpoint_that_nobody_known_signed_proves_nothing(dump: Path) -> None:
    origin, _ = keys.log_key()
    other = Checkpoint(origin, 9, bytes(32)).signed(Ed25519PrivateKey.generate())
    report = verified(dump, str(other).encode())
    assert report.good
    assert any("nobody known signed them" in text for text in report.not_proved)


def test_checkpoints_out_of_order_are_told(dump: Path) -> None:
    path = dump / "checkpoints.jsonl"
    path.write_bytes(
        json.dumps({"note": (dump / "checkpoint").read_text()}).encode() + b"\n" + path.read_bytes()
    )
    assert any("not in their order" in fault.message for fault in verified(dump).faults)


def test_many_checkpoints_within_tiles_are_all_compared(write: Write) -> None:
    for count in (3, 250, 3, 1, 255, 1, 60):
        write(count)
        sequencer.sequence(at_once=True)
    report = checking.verify()
    assert report.good, list(report.lines())
    assert any(text.startswith("6 other checkpoints") for text in report.proved)


def test_a_fork_shows_in_the_checkpoint_that_another_was_given(dump: Path) -> None:
    origin, private = keys.log_key()
    other = Checkpoint(origin, 9, trees.head(trees.leaves(9))).signed(private)
    report = verified(dump, str(other).encode())
    assert told(report) == {("forked", None)}
    assert "shown differently to others" in report.faults[0].message


def test_a_stolen_key_alone_makes_no_witnessed_checkpoint(dump: Path) -> None:
    origin, private = keys.log_key()
    forged = Checkpoint(origin, 12, trees.head(trees.leaves(12))).signed(private)
    (dump / "checkpoint").write_text(str(forged))
    found = {kind for kind, _ in told(verified(dump))}
    assert found >= {"unwitnessed", "tree"}


def test_a_checkpoint_by_another_key_is_refused(dump: Path) -> None:
    origin, _ = keys.log_key()
    stranger = Ed25519PrivateKey.generate()
    head = Dump(dump).checkpoint().decode().partition("\n\n")[0] + "\n"
    (dump / "checkpoint").write_text(str(Note(head, (sign(head, origin, stranger),))))
    assert ("signature", None) in told(verified(dump))


def test_a_forged_cosignature_is_refused(dump: Path) -> None:
    [key] = keys.own_keys(COSIGNATURE_ED25519)
    head, note = read((dump / "checkpoint").read_bytes())
    false = Ed25519Cosigner(key.name, Ed25519PrivateKey.generate()).cosign(head, 1_700_000_000)
    forged = [
        Signature(key.name, key.id, false.value) if signature.is_by(key) else signature
        for signature in note.signatures
    ]
    (dump / "checkpoint").write_text(str(Note(note.text, tuple(forged))))
    assert ("signature", None) in told(verified(dump))


def test_a_dump_resigned_by_another_is_refused(dump: Path) -> None:
    origin, _ = keys.log_key()
    text = (dump / "manifest").read_text().partition("\n\n")[0] + "\n"
    signed = Note(text, (sign(text, origin, Ed25519PrivateKey.generate()),))
    (dump / "manifest").write_text(str(signed))
    assert "No trusted key signed the dump's manifest." in [
        f.message for f in verified(dump).faults
    ]


@pytest.mark.parametrize("name", ["checkpoint", "manifest", "checkpoints.jsonl"])
def test_hostile_files_raise_nothing(dump: Path, name: str) -> None:
    for content in (b"", b"\xff\xfe", b"{}\n", b"a\n\n", b"[1]\n"):
        (dump / name).write_bytes(content)
        assert not verified(dump).good


def test_the_wrong_key_is_told_from_the_right_one(dump: Path) -> None:
    wrong = Key.parse(str(verifier_key(keys.origin(), Ed25519PrivateKey.generate())))
    report = verifier.verify_dump(dump, Trust((wrong,)))
    assert "No trusted key of" in report.faults[0].message
