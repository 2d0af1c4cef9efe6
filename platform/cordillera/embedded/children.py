"""Child processes that end with whoever started them."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

# A program of its own rather than a function between fork and exec, which threads may deadlock.
LEASH = """
import ctypes, os, sys
PR_SET_PDEATHSIG = 1
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(sys.argv[1]), 0, 0, 0)
os.execvp(sys.argv[2], sys.argv[2:])
"""

# What the leash watches is the thread that started the process, not its whole program: so that a
# caller's thread may end without taking the child along, this one starts them all.
_starter = ThreadPoolExecutor(1, thread_name_prefix="starter")


def leashed(command: Sequence[str], end: signal.Signals = signal.SIGTERM) -> list[str]:
    """The command so that its process gets `end` when the process that started it dies."""
    if sys.platform != "linux":
        return list(command)
    return [sys.executable, "-I", "-S", "-c", LEASH, str(int(end)), *command]


def spawn(
    command: Sequence[str], *, end: signal.Signals = signal.SIGTERM, **options: Any
) -> subprocess.Popen[bytes]:
    """A leashed process that may outlive the thread that asks for it; options as for Popen."""
    leash = leashed(command, end)
    return _starter.submit(lambda: subprocess.Popen(leash, **options)).result()  # noqa: S603
