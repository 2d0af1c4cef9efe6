"""What a node's processes find in their environment: its settings, and its secrets made once."""

from __future__ import annotations

import base64
import os
import secrets
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

from cordillera.embedded import write_secret

# Letters and digits that are not mistaken for one another when typed from a screen.
PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"


def inherited() -> dict[str, str]:
    """The caller's environment without settings of another installation."""
    kept = ("PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR", "LOG_LEVEL", "NO_COLOR")
    return {name: os.environ[name] for name in kept if name in os.environ}


def write(path: Path, values: Mapping[str, str]) -> None:
    """For ./deploy/manage: the settings of this run, for a shell to read; ours alone."""
    rows = (f"{name}={shlex.quote(value)}\n" for name, value in values.items())
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(rows)


def secret(path: Path, make: Callable[[], str] = secrets.token_urlsafe) -> str:
    """The secret in this file, made at its first use."""
    if not path.exists():
        write_secret(path, make())
    return path.read_text()


def key() -> str:
    """32 bytes in base64, as KEY_ENCRYPTION_KEY wants."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def typeable() -> str:
    return "-".join("".join(secrets.choice(PLAIN) for _ in range(5)) for _ in range(3))
