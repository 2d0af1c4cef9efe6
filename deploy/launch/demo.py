"""./deploy/demo: from a fresh clone to a running Cordillera with demo data."""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

from . import bootstrap
from .place import VAR
from .say import Trouble, line, trouble

OFFICERS = (
    ("officer", "drafts and answers"),
    ("supervisor", "approves, releases, recalls"),
    ("analyst", "searches across"),
    ("auditor", "reads the log"),
    ("admin", "accounts, units, keys"),
)


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        bootstrap.prepare("base")
        from cordillera.embedded import ServiceError

        try:
            return _check() if options.check else _run(options)
        except ServiceError as error:
            return trouble(error)
    except Trouble as error:
        return trouble(error)
    except KeyboardInterrupt:
        return 130


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./deploy/demo",
        description="Set up Cordillera on this machine and run it with demo data until Ctrl-C.",
    )
    parser.add_argument("--hub", action="store_true", help="one node that hosts US, MX and CA")
    parser.add_argument("--port", type=_port, default=8000, help="web port; live events: +100")
    parser.add_argument("--reset", action="store_true", help="forget all data and begin anew")
    parser.add_argument(
        "--check",
        action="store_true",
        help="on free ports and throw-away data: walk the main job, a line a step, then stop",
    )
    options = parser.parse_args(arguments)
    if not options.hub:
        parser.error("say which form to run: --hub is one node that hosts the three Parties.")
    return options


def _port(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 65535 - 100:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; wanted a number from 1 to 65435.")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(options: argparse.Namespace) -> int:
    from .node import Node

    with _only_one(VAR):
        if options.reset:
            _forget(VAR)
        live_port = options.port + 100
        for port in (options.port, live_port):
            _refuse_taken(port)
        node = Node(VAR, web_port=options.port, live_port=live_port)
        try:
            node.start()
            _introduce(node.address, node.password)
            while True:
                time.sleep(1)
                node.check()
        except KeyboardInterrupt:
            line("\n  Stopping …")
            return 0
        finally:
            _undisturbed(node.stop)


def _check() -> int:
    from cordillera.embedded import free_port

    from .node import Node
    from .walk import walk

    data = Path(tempfile.mkdtemp(prefix="cordillera-check-"))
    node = Node(data, web_port=free_port(), live_port=free_port())
    try:
        node.start()
        return walk(node)
    finally:
        _undisturbed(node.stop)
        shutil.rmtree(data, ignore_errors=True)


def _undisturbed(stop: Callable[[], None]) -> None:
    """Stop everything even if Ctrl-C is pressed again meanwhile."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    stop()


def _introduce(address: str, password: str) -> None:
    line()
    line(f"Cordillera is at {address}")
    line(f"Password of all demo officers: {password}")
    line()
    for role, does in OFFICERS:
        names = "  ".join(f"{party}.{role}".ljust(13) for party in ("us", "mx", "ca"))
        line(f"{names} {does}")
    line()
    line("To watch records arrive: ./deploy/manage demo_data --traffic 20")
    line(f"Logs are in {VAR / 'log'}. Ctrl-C stops everything; the data stay for the next start.")


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Trouble(
                f"Port {port} cannot be used: {error.strerror}. Stop what uses it, or choose "
                "another with --port (live events use the port 100 above it)."
            ) from error


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold the folder for this process; the kernel lets go even after kill -9."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock: IO[str] = (folder / "lock").open("a+")
    except OSError as error:
        raise Trouble(f"The folder {folder} cannot be written to: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise Trouble(
                f"The demo already runs from this folder (process {lock.read().strip()}). "
                "Stop it first with Ctrl-C."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _forget(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()
