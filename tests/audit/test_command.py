"""manage.py audit: what an administrator and an auditor do from the shell."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command

from audit import findings, keys
from audit.database import whole_log
from audit.models import TrustedKey

from .conftest import tamper


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("audit", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_a_whole_log_is_verified(grown: list[UUID]) -> None:
    assert run("verify").endswith("The log holds.\n")


def test_a_range_and_an_entry_are_verified(grown: list[UUID]) -> None:
    assert "The 4 entries read, from 2 to 5" in run("verify", "--from", 2, "--to", 6)
    assert "was logged, just so, at 3" in run("verify", "--entry", grown[3])


def test_a_rewritten_log_ends_with_code_1(
    grown: list[UUID], capsys: pytest.CaptureFixture[str]
) -> None:
    tamper("UPDATE audit_entry SET actor_name = 'Nobody' WHERE id = %s", grown[3])
    with pytest.raises(SystemExit) as ended:
        run("verify")
    assert ended.value.code == 1


def test_a_dump_and_a_proof_are_written_and_verified(grown: list[UUID], tmp_path: Path) -> None:
    run("export", tmp_path / "dump")
    key = keys.own_keys(keys.ED25519)[0]
    assert run("verify", "--dump", tmp_path / "dump", "--key", key).endswith("The log holds.\n")
    run("prove", grown[3], "--out", tmp_path / "a.tlog-proof")
    assert "just so, at 3" in run("verify", "--proof", tmp_path / "a.tlog-proof")
    assert run("prove", grown[3]).startswith("c2sp.org/tlog-proof@v1\n")


def test_the_checkpoint_is_printed(grown: list[UUID], tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text(run("checkpoint", "--size", 7))
    assert kept.read_text().splitlines()[1] == "7"
    assert run("checkpoint").splitlines()[1] == "12"
    assert "2 other checkpoints are of this tree" in run("verify", "--known", kept)


def test_keys_are_told_trusted_and_distrusted(db: None) -> None:
    vkey = run("keys").splitlines()[1]
    assert "is trusted as MX's" in run("trust", vkey, "--party", "MX")
    run("distrust", vkey)
    with whole_log():
        assert TrustedKey.objects.get().retired_at
    with pytest.raises(CommandError, match="No such key"):
        run("distrust", vkey)


def test_keys_are_replaced(db: None) -> None:
    before = keys.own_keys()
    assert run("rotate", "log").startswith("New: ")
    run("rotate", "witness")
    assert not set(before) & set(keys.own_keys())


def test_findings_are_listed(db: None) -> None:
    findings.report("us.example/audit", "forked", "Two trees of 5 entries.")
    assert "forked: Two trees of 5 entries." in run("findings")


@pytest.mark.parametrize(
    "arguments",
    [
        ("prove", uuid4()),
        ("verify", "--dump", "nowhere", "--key", "x"),
        ("trust", "x", "--party", "MX"),
        ("erase", uuid4(), "--because", " "),
        ("checkpoint",),
    ],
)
def test_what_cannot_be_done_is_said(db: None, arguments: tuple[object, ...]) -> None:
    with pytest.raises(CommandError, match=r"[\w)]\.$"):
        run(*arguments)
