"""./deploy/catalogues: draw every translatable text into the catalogues of each language.

With --check nothing is changed: it fails when a text is missing from a catalogue, is there but no
longer in the source, has no translation, or has one that only resembles it (fuzzy).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import bootstrap, debian
from .place import PYTHONPATH, ROOT
from .say import Trouble, line, step, trouble
from .suite import SETTINGS

LANGUAGES = ("es", "fr")
LOCALE = ROOT / "platform" / "cordillera" / "locale"
OUTSIDE = ("tests/*", "deploy/*", "platform/cordillera/web/vendor/*", "build/*", "dist/*")
# Only its syntax counts: collecting texts opens no connection.
NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1/none", "REDIS_URL": "redis://127.0.0.1/0"}
SHOWN = 20


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./deploy/catalogues", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, refuse what is amiss")
    options = parser.parse_args(arguments)
    try:
        bootstrap.prepare("dev")
        _need_gettext()
        return _check() if options.check else _update()
    except Trouble as error:
        return trouble(error)


def _need_gettext() -> None:
    if not (shutil.which("xgettext") or debian.install("gettext")):
        raise Trouble("GNU gettext is needed to collect the texts: apt-get install gettext.")


def _update() -> int:
    _collect()
    for path in _files():
        line(f"{path.relative_to(ROOT)}: {_open(path).percent_translated()} % translated")
    return 0


def _check() -> int:
    before = {path: path.read_bytes() for path in _files()}
    old = {path: _open(path) for path in before}
    try:
        _collect()
        problems = [
            f"{path.parent.parent.name}: {problem}"
            for path in _files()
            for problem in _problems(old.get(path, []), _open(path))
        ]
    finally:
        for path in _files():
            path.write_bytes(before[path]) if path in before else path.unlink()
    for problem in problems[:SHOWN]:
        line(problem)
    if problems:
        raise Trouble(f"{len(problems)} texts are amiss. Run ./deploy/catalogues and translate.")
    line(f"The catalogues {', '.join(LANGUAGES)} are complete")
    return 0


def _problems(old: Any, new: Any) -> Iterator[str]:
    had = {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in old if not entry.obsolete}
    has = {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in new if not entry.obsolete}
    yield from (f"not in the catalogue: {key[1]!r}" for key in sorted(has - had, key=str))
    yield from (f"no longer in the source: {key[1]!r}" for key in sorted(had - has, key=str))
    for entry in new:
        if entry.obsolete or (entry.msgctxt, entry.msgid, entry.msgid_plural) not in had:
            continue
        if entry.fuzzy:
            yield f"fuzzy: {entry.msgid!r}"
        elif not entry.translated():
            yield f"not translated: {entry.msgid!r}"


def _collect() -> None:
    for language in LANGUAGES:
        (LOCALE / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "manage.py", "makemessages", "--verbosity=0", "--no-obsolete"]
    command += ["--add-location=file", "--no-wrap"]
    command += [f"--locale={language}" for language in LANGUAGES]
    command += [f"--ignore={pattern}" for pattern in OUTSIDE]
    environment = {**os.environ, **SETTINGS, **NOWHERE, "PYTHONPATH": PYTHONPATH}
    with step("Collecting the texts"):
        done = subprocess.run(
            command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False
        )
    if done.returncode:
        raise Trouble(f"The texts could not be collected:\n{done.stderr.strip()[-2000:]}")


def _files() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def _open(path: Path) -> Any:
    import polib

    return polib.pofile(str(path))
