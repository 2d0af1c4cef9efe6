"""Where things lie: the source, its virtual environment and the data of a node run from it."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
VAR = ROOT / ".var"
REQUIREMENTS = ROOT / "deploy" / "requirements"
FRONTEND = ROOT / "deploy" / "frontend"
SECOND = ROOT / "tests" / "vectors" / "second"
VENDOR = ROOT / "platform" / "cordillera" / "web" / "vendor"
PYTHONPATH = f"{ROOT}:{ROOT / 'platform'}"


def inside() -> bool:
    """Whether this process is the virtual environment's Python."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def digest(files: Iterable[Path]) -> str:
    """One hash over the contents of the files, to know whether a step must be done again."""
    total = hashlib.sha256()
    for path in files:
        total.update(path.read_bytes())
    return total.hexdigest()


class Stamp:
    """A file that remembers for what contents a step was last done."""

    def __init__(self, path: Path, contents: str) -> None:
        self.path, self.contents = path, contents

    def fits(self) -> bool:
        return self.path.is_file() and self.path.read_text() == self.contents

    def set(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.contents)
