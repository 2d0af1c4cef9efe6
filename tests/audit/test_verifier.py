"""What the verifier proves of an honest log."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from tlog_scales.reader import TilesReader

from audit import checking, cosigning, erasure, keys, proving, sequencer, verifier
from audit.errors import LogError
from audit.export import export
from audit.note import ED25519

from .conftest import Write
from .dumps import ask, edit, trust, verified

pytestmark = pytest.mark.usefixtures("trusted")


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
