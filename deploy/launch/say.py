"""What the launchers print: one line a step with how long it took, and trouble as a sentence."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Trouble(Exception):
    """Something that the person at the terminal can mend; the text says what and how."""


@contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a step, and afterwards say how long it took."""
    line(f"{text} …", end="", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print(flush=True)
        raise
    print(f" {time.monotonic() - start:.1f} s", flush=True)


def line(text: str = "", *, end: str = "\n", flush: bool = True) -> None:
    print(f"  {text}" if text else "", end=end, flush=flush)


def trouble(error: Exception) -> int:
    """Print what is wrong on standard error; returns the exit code 1."""
    print(f"\n{error}", file=sys.stderr, flush=True)
    return 1
