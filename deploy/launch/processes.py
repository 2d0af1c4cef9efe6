"""The application's processes as children of the launcher: started, watched, and all ended."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cordillera.embedded import spawn

from .place import ROOT
from .say import Trouble

STOP_SECONDS = 15


class Processes:
    """Named child processes with a log each; none is left when `stop` returns.

    Each is the leader of a session of its own, so that Ctrl-C in the terminal reaches only the
    launcher, and so that what a child has started can be ended with it. A child also gets SIGTERM
    when the launcher dies in any other way.
    """

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self.logs, self.environment = logs, {**environment}
        self._commands: dict[str, tuple[str, ...]] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *command: str) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        self.log(name).write_bytes(b"")
        self._commands[name] = command
        self.start_again(name)

    def start_again(self, name: str) -> None:
        """Start what was started before and has ended, with the same command, log and settings."""
        with self.log(name).open("ab") as out:
            self._running[name] = spawn(
                self._commands[name],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def running(self) -> Mapping[str, subprocess.Popen[bytes]]:
        """The processes by their names."""
        return self._running

    def kill(self, name: str) -> None:
        """Kill it with SIGKILL, and what it has started: for tests of what a crash does."""
        process = self._running.pop(name)
        _signal(process, signal.SIGKILL, group=True)
        process.wait()

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def check(self) -> None:
        """Raise Trouble if a process has ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise Trouble(
                    f"The {name} process ended by itself (exit {process.returncode}). The end of "
                    f"its log {self.log(name)}:\n{tail(self.log(name))}"
                )

    def ask_to_stop(self) -> None:
        """Begin to end all, the last started first; `stop` waits until they have."""
        for process in reversed(self._running.values()):
            _signal(process, signal.SIGTERM)

    def stop(self) -> None:
        """End all, with time to finish what they are doing."""
        self.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            # Also what the process itself has started and left behind.
            _signal(process, signal.SIGKILL, group=True)
            process.wait()
        self._running.clear()


def _signal(process: subprocess.Popen[bytes], which: signal.Signals, group: bool = False) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if group:
            os.killpg(process.pid, which)
        elif process.poll() is None:
            process.send_signal(which)


def tail(path: Path, lines: int = 12) -> str:
    """The end of a log, indented."""
    text = path.read_text(errors="replace").rstrip().splitlines()[-lines:] if path.exists() else []
    return "\n".join(f"    {row}" for row in text)
