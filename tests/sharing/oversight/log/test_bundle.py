"""The signed bundle: verified on another machine, with the own Party's texts alone."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from audit import keys, verifier
from audit.models import Entry
from audit.note import ED25519
from cordillera.access.session import acting_as
from sharing.oversight.log import bundles, bundling
from tests.conftest import Cast

PAGE = "/oversight/log/bundle/"


@pytest.fixture
def auditor(cast: Cast, client: Client) -> Client:
    client.force_login(cast.auditor)
    return client


def test_the_bundle_is_verified_without_cordillera(
    auditor: Client, cast: Cast, logged: list[UUID], tmp_path: Path
) -> None:
    answer = auditor.post(PAGE, {"since": "", "until": ""})
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    key = str(keys.own_keys(ED25519)[0])
    command = [sys.executable, "-I", "verifier.py", "log", "--key", key]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "The log holds." in (tmp_path / "report.txt").read_text()
    texts = "".join(path.read_text() for path in (tmp_path / "log/texts").iterdir())
    assert "US-OA-2026-00001" in texts
    assert "US-SECRET" not in texts
    with acting_as(cast.identity("auditor")):
        assert Entry.objects.get(tag="audit:bundle").detail["entries"] >= 4


def test_it_is_put_together_with_the_node_s_own_data_and_leaves_nothing(
    auditor: Client, logged: list[UUID], tmp_path: Path, monkeypatch: Any, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    seen, verify = list[Path](), verifier.verify_dump

    def watched(place: Path, *more: Any) -> verifier.Report:
        seen.append(place)
        return verify(place, *more)

    monkeypatch.setattr(verifier, "verify_dump", watched)
    assert auditor.post(PAGE, {}).status_code == 200
    [place] = seen
    assert place.is_relative_to(tmp_path / "bundling")
    assert list((tmp_path / "bundling/at-once").iterdir()) == []


def test_what_a_killed_process_left_is_cleared(settings: Any, tmp_path: Path, db: None) -> None:
    settings.DATA_DIR = tmp_path
    old, new = (tmp_path / "bundling/at-once" / name for name in ("old", "new"))
    for folder in (old, new):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))
    bundles.purge("MX")
    assert (old.exists(), new.exists()) == (False, True)


def test_days_without_entries_make_none(auditor: Client, logged: list[UUID]) -> None:
    answer = auditor.post(PAGE, {"since": "2000-01-01", "until": "2000-01-02"})
    assert answer.status_code == 422
    assert answer.context["wanted"].own == 0


def test_too_much_is_left_to_the_shell(
    auditor: Client, logged: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundling, "MOST_ENTRIES", 2)
    answer = auditor.post(PAGE, {})
    assert answer.status_code == 422
    assert "manage.py audit export DIR --party MX" in answer.content.decode()


@pytest.mark.parametrize("part", ["originator", "colleague", "admin"])
def test_only_an_auditor_takes_one(cast: Cast, client: Client, part: str) -> None:
    client.force_login(getattr(cast, part))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {}).status_code == 403
