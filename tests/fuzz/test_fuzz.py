"""A short run of the fuzzer in each test run. For a long one: FUZZ_SECONDS=600 ./deploy/test
tests/fuzz, or tests/fuzz/run.py by itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.launch.place import PYTHONPATH, ROOT
from tests.fuzz import run, targets

SECONDS = int(os.environ.get("FUZZ_SECONDS", "5"))


def fuzz(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.fuzz.run", *arguments]
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
    return subprocess.run(
        command, cwd=ROOT, env=environment, text=True, capture_output=True, timeout=SECONDS + 120
    )


def test_hostile_bytes_raise_nothing_but_hostile() -> None:
    done = fuzz("--seconds", str(SECONDS))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert "Fuzzing for" in done.stdout


def test_it_runs_without_atheris_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.blind(seconds=1, seed=2) == 0
    assert "without atheris" in capsys.readouterr().out


def test_a_finding_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run, "FOUND", f"{tmp_path}/")
    monkeypatch.setattr(targets.strict, "read", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run.blind(seconds=60, seed=3)
    assert len(list(tmp_path.iterdir())) == 1
