"""What stands beside an entry was checked; its proof is checked by anybody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.test import Client

from audit import cosigning, erasure, log, witness
from audit.models import Entry
from cordillera.access.session import acting_as
from tests.conftest import Cast

from .conftest import owner, tamper

PAGE = "/oversight/log/"


@pytest.fixture
def auditor(cast: Cast, client: Client) -> Client:
    cast.auditor.language = "en"
    cast.auditor.save()
    client.force_login(cast.auditor)
    return client


def states(client: Client) -> dict[UUID, str]:
    return {row.entry.pk: row.standing.state for row in client.get(PAGE).context["rows"]}


def test_every_entry_of_the_page_is_proved(auditor: Client, logged: list[UUID]) -> None:
    found = states(auditor)
    assert {found[pk] for pk in logged[:4]} == {"proved"}
    assert logged[4] not in found


def test_the_newest_wait_for_their_place(auditor: Client, logged: list[UUID], cast: Cast) -> None:
    newest = log.write("record:read", actor=cast.identity("recipient"))
    assert states(auditor)[newest] == "waiting"
    assert auditor.get(f"{PAGE}{newest}/").context["proof"] is None
    assert auditor.get(f"{PAGE}{newest}/proof/").status_code == 404


def test_an_edited_entry_is_shown_as_what_it_is(auditor: Client, logged: list[UUID]) -> None:
    tamper("UPDATE audit_entry SET about = 'MX-OA-2026-00001' WHERE id = %s", logged[2])
    page = auditor.get(PAGE)
    assert page.context["wrong"] == 1
    assert states(auditor)[logged[2]] == "wrong"
    assert "does not match the tree" in page.content.decode()
    alone = auditor.get(f"{PAGE}{logged[2]}/")
    assert not alone.context["holds"]
    assert "the proof does NOT hold" in alone.content.decode()


def test_an_erased_entry_says_when_and_why(auditor: Client, logged: list[UUID]) -> None:
    with owner():
        erasure.erase(logged[1], because="Order 12/2026")
    assert states(auditor)[logged[1]] == "erased"
    assert "Order 12/2026" in auditor.get(PAGE).content.decode()
    page = auditor.get(f"{PAGE}{logged[1]}/")
    assert page.context["holds"]
    assert "Order 12/2026" in page.content.decode()


def test_the_proof_is_accepted_by_the_verifier_alone(
    auditor: Client, logged: list[UUID], tmp_path: Path
) -> None:
    """Both files as the auditor downloads them, in a process without Cordillera."""
    key = auditor.get(f"{PAGE}keys.txt").content.decode().splitlines()[0]
    tool, proof = tmp_path / "verifier.py", tmp_path / "entry.tlog-proof"
    tool.write_bytes(b"".join(auditor.get(f"{PAGE}verifier.py")))
    proof.write_bytes(auditor.get(f"{PAGE}{logged[3]}/proof/").content)
    command = [sys.executable, "-I", str(tool), str(proof), "--key", key]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert f"Entry {logged[3]} was logged, just so" in done.stdout


def test_the_proof_is_accepted_by_the_command(
    auditor: Client, logged: list[UUID], tmp_path: Path, capsys: Any
) -> None:
    proof = tmp_path / "entry.tlog-proof"
    proof.write_bytes(auditor.get(f"{PAGE}{logged[0]}/proof/").content)
    call_command("audit", "verify", "--proof", str(proof))
    assert "The log holds." in capsys.readouterr().out


def test_a_proof_that_was_taken_is_an_entry(
    auditor: Client, logged: list[UUID], cast: Cast
) -> None:
    auditor.get(f"{PAGE}{logged[0]}/proof/")
    with acting_as(cast.identity("auditor")):
        assert Entry.objects.get(tag="audit:prove").about == str(logged[0])


def test_the_page_tells_who_co_signed(auditor: Client, logged: list[UUID], witness: str) -> None:
    cosigning.collect(ask)
    page = auditor.get(f"{PAGE}{logged[0]}/")
    assert page.context["cosigned"] == ["CA"]
    assert page.context["holds"]


def ask(name: str, body: bytes) -> tuple[int, bytes]:
    answer = witness.add_checkpoint(body)
    return answer.status, answer.body


@pytest.mark.parametrize("part", ["originator", "colleague", "recipient", "outsider", "admin"])
@pytest.mark.parametrize("path", ["", "export/", "witnesses/", "keys.txt", "verifier.py", "{pk}/"])
def test_nobody_but_an_auditor_comes_here(
    cast: Cast, client: Client, logged: list[UUID], part: str, path: str
) -> None:
    client.force_login(getattr(cast, part))
    assert client.get(PAGE + path.format(pk=logged[0])).status_code == 403


@pytest.mark.parametrize("path", ["", "proof/"])
def test_another_party_s_entry_is_not_there(auditor: Client, logged: list[UUID], path: str) -> None:
    assert auditor.get(f"{PAGE}{logged[4]}/{path}").status_code == 404
    assert auditor.get(f"{PAGE}{uuid4()}/{path}").status_code == 404


def test_a_page_of_fifty_proofs_asks_the_database_little(
    auditor: Client, cast: Cast, logged: list[UUID], django_assert_max_num_queries: Any
) -> None:
    from audit import sequencer

    for _ in range(60):
        log.write("record:read", actor=cast.identity("recipient"), about=uuid4())
    sequencer.sequence(at_once=True)
    auditor.get(PAGE)
    with django_assert_max_num_queries(40):
        assert len(auditor.get(PAGE).context["rows"]) == 50
