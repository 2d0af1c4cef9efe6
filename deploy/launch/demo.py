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
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING

from . import bootstrap
from .place import VAR
from .say import Trouble, line, trouble

if TYPE_CHECKING:
    from .nodes import Nodes, Ports

OFFICERS = (
    ("officer", "drafts and answers"),
    ("supervisor", "approves, releases, recalls"),
    ("analyst", "searches across"),
    ("auditor", "reads the log"),
    ("admin", "accounts, units, keys"),
)
LIVE_ABOVE, EXCHANGE_ABOVE = 100, 200


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        bootstrap.prepare("base")
        from cordillera.embedded import ServiceError

        try:
            return _check(options) if options.check else _run(options)
        except ServiceError as error:
            return trouble(error)
    except Trouble as error:
        return trouble(error)
    except KeyboardInterrupt:
        return 130


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./deploy/demo",
        description="Set up Cordillera on this machine and run it with demo data until Ctrl-C: "
        "three nodes, US, MX and CA, that exchange with each other.",
    )
    parser.add_argument(
        "--hub", action="store_true", help="instead, one node that hosts all three Parties"
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=8000,
        help="the hub's web port; US, MX and CA are 1, 2 and 3 above it, live events 100 above each"
        " and other nodes 200 (default 8000)",
    )
    parser.add_argument("--reset", action="store_true", help="forget all data and begin anew")
    parser.add_argument(
        "--check",
        action="store_true",
        help="on free ports and throw-away data: walk the main job, a line a step, then stop",
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 65535 - EXCHANGE_ABOVE - 3:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; wanted a number from 1 to 65332.")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(options: argparse.Namespace) -> int:
    from .nodes import Nodes

    ports = _ports(options)
    with _only_one(VAR):
        nodes = Nodes.hub(VAR, *ports) if options.hub else Nodes.three(VAR, ports)
        if options.reset:
            for node in nodes:
                shutil.rmtree(node.data, ignore_errors=True)
        for port in chain(*ports):
            _refuse_taken(port)
        try:
            nodes.start()
            _introduce(nodes)
            while True:
                time.sleep(1)
                nodes.check()
        except KeyboardInterrupt:
            line("\n  Stopping …")
            return 0
        finally:
            _undisturbed(nodes.stop)


def _ports(options: argparse.Namespace) -> list[Ports]:
    web = [options.port] if options.hub else [options.port + above for above in (1, 2, 3)]
    return [(port, port + LIVE_ABOVE, port + EXCHANGE_ABOVE) for port in web]


def _check(options: argparse.Namespace) -> int:
    from cordillera.embedded import free_ports

    from .nodes import Nodes
    from .walk import walk
    from .walk_hub import HubWalk
    from .walk_three import ThreeWalk

    data = Path(tempfile.mkdtemp(prefix="cordillera-check-"))
    ports = list(zip(*[iter(free_ports(3 if options.hub else 9))] * 3, strict=True))
    nodes = Nodes.hub(data, *ports) if options.hub else Nodes.three(data, ports)
    try:
        nodes.start()
        return walk((HubWalk(nodes) if options.hub else ThreeWalk(nodes)).steps())
    finally:
        _undisturbed(nodes.stop)
        shutil.rmtree(data, ignore_errors=True)


def _undisturbed(stop: Callable[[], None]) -> None:
    """Stop everything even if Ctrl-C is pressed again meanwhile."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    stop()


def _introduce(nodes: Nodes) -> None:
    line()
    for node in nodes:
        line(f"{' '.join(node.hosted).ljust(8)} {node.address}")
    line()
    line(f"Password of all demo officers: {next(iter(nodes)).password}")
    line()
    for role, does in OFFICERS:
        usernames = "  ".join(f"{party}.{role}".ljust(13) for party in ("us", "mx", "ca"))
        line(f"{usernames} {does}")
    line()
    names = [node.name for node in nodes]
    chosen = f" --node {names[0]}" if len(names) > 1 else ""
    line(f"To watch records arrive: ./deploy/manage{chosen} demo_data --traffic 20")
    line(f"Logs are in {VAR}/{'|'.join(names)}/log.")
    line("Ctrl-C stops everything; the data stay for the next start.")


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Trouble(
                f"Port {port} cannot be used: {error.strerror}. Stop what uses it, or choose "
                "others with --port (live events use the ports 100 above, other nodes 200)."
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
