"""The verbs of `manage.py party` and `manage.py peer`, one file for each subject.

Each file has `arguments(verbs)`, which sets `run` to the function that does it.
"""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError


def read(path: str) -> bytes:
    """A file's bytes; `-` is standard input."""
    return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()


def put(command: Any, text: str, path: str) -> None:
    """Write a text into a file, or to standard output where none is named."""
    if path:
        Path(path).write_text(text + "\n", encoding="ascii")
    else:
        command.stdout.write(text)


def secret(name: str, from_stdin: bool, again: bool = False) -> str:
    """A password or passphrase, asked for without an echo."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass(f"{name}: ")
    if again and first != getpass.getpass("Again: "):
        raise CommandError("The two differ; nothing was done.")
    return first
