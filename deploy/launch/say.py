"""What the launchers print: one line a step with how long it took, and trouble as a sentence."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Trouble(Exception):
    """Something that the person at the terminal can mend; the text says what and how."""


@contextmanager
def step(text: str) -> Iterator[Callable[[str], None]]:
    """Announce a step, and afterwards say how long it took; gives a function to tell how far it is.

    How far is shown only at a terminal, where it can be overwritten.
    """
    line(f"{text} …", end="")
    start, terminal = time.monotonic(), sys.stdout.isatty()

    def tell(how_far: str) -> None:
        if terminal:
            print(f"\r  {text} …{how_far and ' '}{how_far}\x1b[K", end="", flush=True)

    try:
        yield tell
    except BaseException:
        print(flush=True)
        raise
    tell("")
    print(f" {time.monotonic() - start:.1f} s", flush=True)


def line(text: str = "", *, end: str = "\n") -> None:
    print(f"  {text}" if text else "", end=end, flush=True)


def trouble(error: Exception) -> int:
    """Print what is wrong on standard error; returns the exit code 1."""
    print(f"\n{error}", file=sys.stderr, flush=True)
    return 1
