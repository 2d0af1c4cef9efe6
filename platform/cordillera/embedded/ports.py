"""TCP ports of loopback that are free."""

import socket
from contextlib import ExitStack
from pathlib import Path


def free_port() -> int:
    """A TCP port of loopback that nobody listens on now."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """As many different ones."""
    with ExitStack() as probes:
        found = [probes.enter_context(socket.socket()) for _ in range(count)]
        for probe in found:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in found]


def kept_port(file: Path) -> int:
    """The port in the file if it is free, else another one, which the file then holds."""
    port = int(file.read_text()) if file.exists() else 0
    if not (port and _is_free(port)):
        port = free_port()
        file.write_text(str(port))
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the server does, which connections that are just ending do not hinder.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
