"""Files that are their owner's alone."""

import os
import secrets
import tempfile
from pathlib import Path


def write_secret(path: Path, secret: str) -> None:
    """A file for its owner alone, there with all its content or not at all, even after a kill."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(secret)
    Path(name).replace(path)


def password(path: Path) -> str:
    """The password in this file, made at its first use."""
    if not path.exists():
        write_secret(path, secrets.token_urlsafe(32))
    return path.read_text()
