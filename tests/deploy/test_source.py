"""What the files of the repository themselves must keep to."""

import json
import platform
import re
import subprocess
from pathlib import Path

import pytest

from deploy.launch.place import FRONTEND, REQUIREMENTS, ROOT, SECOND

READERS = re.compile(r'environment\.(?:text|boolean|integer|items|database|share)\(\s*"([A-Z_]+)"')


def tracked_files() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, text=True, capture_output=True, check=True)
    return done.stdout.splitlines()


def test_platform_is_a_source_root_and_not_a_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert platform.python_version()


@pytest.mark.parametrize("name", ["base", "dev", "node"])
def test_every_python_package_is_pinned_with_hashes_and_no_address(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.txt").read_text()
    pinned = [line for line in text.splitlines() if line and line[0] not in " #"]
    assert pinned
    assert all("==" in line and line.endswith("\\") for line in pinned)
    assert "://" not in text


@pytest.mark.parametrize("folder", [FRONTEND, SECOND], ids=lambda folder: folder.name)
def test_the_lock_of_npm_records_no_address_to_fetch_from(folder: Path) -> None:
    packages = json.loads((folder / "package-lock.json").read_text())["packages"]
    fetched = [package for path, package in packages.items() if path]
    assert fetched
    assert all("integrity" in package and "resolved" not in package for package in fetched)


def test_every_setting_is_documented() -> None:
    settings = (ROOT / "platform" / "cordillera" / "settings.py").read_text()
    example = (ROOT / "deploy" / "environment.example").read_text()
    documented = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    assert set(READERS.findall(settings)) == documented


def test_launchers_can_be_started() -> None:
    for name in ("demo", "test", "bench", "catalogues", "manage"):
        assert (ROOT / "deploy" / name).stat().st_mode & 0o111, name


def test_no_fetched_or_compiled_file_is_in_the_repository() -> None:
    made = ("node_modules/", "web/vendor/", ".mo", ".pyc", ".var/", ".venv/")
    assert [path for path in tracked_files() if any(part in path for part in made)] == []
