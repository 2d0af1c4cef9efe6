"""What the verifier proves of an honest log, and that it tells which of a dishonest one's lies it is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from tlog_scales.reader import TilesReader

from audit import checking, cosigning, erasure, keys, proving, sequencer, verifier
from audit.checkpoint import Checkpoint, read
from audit.cosignature import Ed25519Cosigner
from audit.errors import LogError
from audit.export import export
from audit.note import COSIGNATURE_ED25519, ED25519, Note, Signature, sign, verifier_key
from audit.verifier import Dump, Key, Report, Trust

from . import trees
from .conftest import Write, tamper
from .test_cosigning import ask, restore_twelve

pytestmark = pytest.mark.usefixtures("trusted")


@pytest.fixture
def trusted(db: None) -> None:
    for key in keys.own_keys():
        keys.trust(str(key), party="US")


@pytest.fixture
def dump(grown: list[UUID], tmp_path: Path) -> Path:
    """A dump of twelve entries, co-signed."""
    cosigning.collect(ask)
    export(tmp_path / "dump")
    return tmp_path / "dump"


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


# --- an honest log -----------------------------------------------------------------------------------


def test_an_honest_dump_is_proved(dump: Path) -> None:
    report = verified(dump)
    assert report.good, list(report.lines())
    text = "\n".join(report.lines())
    assert "The 12 entries read, from 0 to 11, are those that were logged." in text
    assert "co-signed it as the largest tree it knew" in text
    assert "1 other checkpoints are of this tree: up to there it only grew." in text
    assert "never written into the log" in text
    assert report.size == report.entries == 12


def test_the_database_itself_is_proved(grown: list[UUID]) -> None:
    cosigning.collect(ask)
    report = checking.verify()
    assert report.good, list(report.lines())
    assert report.entries == 12


def test_an_outside_reader_finds_the_root_in_a_dump(dump: Path) -> None:
    class Files:
        def get(self, *path: str) -> bytes | None:
            place = dump.joinpath(*path)
            return place.read_bytes() if place.is_file() else None

    reader = TilesReader(Files())
    head = reader.get_checkpoint()
    assert (head.size, reader.calculate_root_hash()) == (12, head.root_hash)


def test_the_file_alone_verifies_a_dump_on_a_machine_without_us(dump: Path, tmp_path: Path) -> None:
    alone = tmp_path / "verifier.py"
    alone.write_bytes(Path(verifier.__file__).read_bytes())
    asked = [sys.executable, "-I", str(alone), str(dump)]
    for key in keys.own_keys(ED25519):
        asked += ["--key", str(key)]
    for own in keys.own_keys(4, 6):
        asked += ["--witness", str(own)]
    done = subprocess.run(asked, capture_output=True, text=True, cwd=tmp_path, env={})
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.endswith("The log holds.\n")
    edit(dump, lambda lines: lines.pop(3))
    done = subprocess.run(asked, capture_output=True, text=True, cwd=tmp_path, env={})
    assert done.returncode == 1
    assert "deleted: Entry 3 is missing" in done.stdout


def test_keys_found_beside_the_dump_prove_less(dump: Path) -> None:
    report = verifier.verify_dump(dump)
    assert report.good
    assert any("found beside it" in text for text in report.not_proved)


def test_a_range_and_one_party_s_entries_are_exported_with_the_whole_tree(
    write: Write, tmp_path: Path
) -> None:
    write(4, party="MX")
    write(4, party="US")
    sequencer.sequence(at_once=True)
    assert export(tmp_path / "range", first=2, end=6) == 4
    assert export(tmp_path / "mx", party="MX") == 4
    for name in ("range", "mx"):
        report = verifier.verify_dump(tmp_path / name, trust(0))
        assert report.good, list(report.lines())
        assert (report.size, report.entries) == (8, 4)
        assert "The texts of 4 entries: they are not shown here." in report.not_proved


def test_a_large_log_is_proved_across_tiles(write: Write, tmp_path: Path) -> None:
    write(300)
    sequencer.sequence(at_once=True)
    write(300)
    sequencer.sequence(at_once=True)
    export(tmp_path / "dump")
    assert verifier.verify_dump(tmp_path / "dump", trust(0)).good
    assert checking.verify(250, 520).entries == 270


def test_one_entry_is_proved_by_one_file(grown: list[UUID]) -> None:
    report = checking.verify_entry(grown[3])
    assert report.good
    assert any("was logged, just so, at 3" in text for text in report.proved)


def test_a_proof_of_another_text_is_refused(grown: list[UUID]) -> None:
    proof = proving.prove(grown[3])
    changed = proof.extra.replace(b"record:read", b"record:edit")
    forged = type(proof)(proof.index, proof.path, proof.note, changed)
    report = verifier.verify_proof(str(forged).encode(), trust(0))
    assert [fault.kind for fault in report.faults] == ["edited"]


def test_an_erased_text_says_so_and_keeps_its_place(grown: list[UUID], tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        erasure.erase(grown[3], because="Order 12/2026")
        cursor.execute("SET ROLE cordillera_runtime")
    sequencer.sequence(at_once=True)
    export(tmp_path / "dump")
    for report in (checking.verify(), verifier.verify_dump(tmp_path / "dump", trust(0))):
        assert report.good, list(report.lines())
        assert any(
            text.startswith("The text of 1 entries: it was erased") for text in report.not_proved
        )
    assert checking.verify_entry(grown[3]).good
    assert "Inés" not in proving.prove(grown[3]).extra.decode()


def test_the_application_may_not_erase(grown: list[UUID]) -> None:
    with pytest.raises(LogError, match="owner's DATABASE_URL"):
        erasure.erase(grown[3], because="Order 12/2026")


# --- a dump that was tampered with -------------------------------------------------------------------


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


# --- a database that was tampered with ---------------------------------------------------------------

DATABASE = [
    ("UPDATE audit_entry SET actor_name = 'Nobody' WHERE id = %s", {("edited", 3)}),
    ("UPDATE audit_entry SET at = at - interval '1 day' WHERE id = %s", {("edited", 3)}),
    ("UPDATE audit_entry SET detail = '{}' WHERE id = %s", {("edited", 3)}),
    ("DELETE FROM audit_entry WHERE id = %s", {("deleted", 3)}),
    (
        "UPDATE audit_leaf SET entry_id = gen_random_uuid() WHERE entry_id = %s",
        {("deleted", 3), ("inserted", None)},
    ),
]


@pytest.mark.parametrize(("sql", "wanted"), DATABASE)
def test_each_change_to_the_database_is_told(
    grown: list[UUID], sql: str, wanted: set[tuple[str, int | None]]
) -> None:
    tamper(sql, grown[3])
    assert told(checking.verify()) == wanted


def test_an_entry_put_into_the_table_is_told(grown: list[UUID]) -> None:
    tamper(
        "INSERT INTO audit_entry (id, tag, party, actor, actor_name, about, purpose, detail, salt,"
        " erased_because) SELECT gen_random_uuid(), tag, party, actor, actor_name, about, purpose,"
        " detail, salt, '' FROM audit_entry LIMIT 1"
    )
    assert told(checking.verify()) == {("inserted", None)}


def test_an_entry_taken_out_before_it_was_sequenced_is_told(
    grown: list[UUID], write: Write
) -> None:
    [entry] = write()
    tamper("DELETE FROM audit_entry WHERE id = %s", entry)
    assert told(checking.verify()) == {("deleted", None)}


def test_swapped_places_are_told(grown: list[UUID]) -> None:
    for index, entry in ((3, UUID(int=1)), (8, grown[3]), (3, grown[8])):
        tamper("UPDATE audit_leaf SET entry_id = %s WHERE index = %s", entry, index)
    assert told(checking.verify()) == {("reordered", 3), ("reordered", 8)}


def test_a_false_erasure_is_told(grown: list[UUID]) -> None:
    tamper(
        "UPDATE audit_entry SET salt = NULL, body_hash = sha256('x'), erased_at = now() WHERE id = %s",
        grown[3],
    )
    assert told(checking.verify()) == {("edited", 3)}


def test_an_old_backup_is_told_by_a_checkpoint_kept_elsewhere(
    grown: list[UUID], write: Write
) -> None:
    write(3)
    sequencer.sequence(at_once=True)
    kept = proving.checkpoint()
    cosigning.collect(ask)
    restore_twelve()
    assert checking.verify().good
    assert told(checking.verify(known=[kept])) == {("rolled-back", None)}


def test_a_rewritten_checkpoint_table_is_told(grown: list[UUID]) -> None:
    origin, private = keys.log_key()
    other = Checkpoint(origin, 7, trees.head(trees.leaves(7))).signed(private)
    tamper("UPDATE audit_checkpoint SET note = %s WHERE size = 7", str(other))
    assert told(checking.verify()) == {("forked", None)}


def test_what_a_page_shows_beside_each_entry_is_proved(grown: list[UUID], write: Write) -> None:
    [waiting] = write()
    tamper("UPDATE audit_entry SET actor_name = 'Nobody' WHERE id = %s", grown[3])
    found = checking.states([*grown, waiting, UUID(int=9)])
    assert found == {
        **dict.fromkeys(grown, "proved"),
        grown[3]: "wrong",
        waiting: "waiting",
    }
