"""PostgreSQL and Valkey from their wheels, so that a machine with only Python runs everything.

Both are real servers and child processes of whoever starts them: they end when they are stopped,
and also when that process dies. Both ask for a password. A service that died or was stopped starts
again at the address that it had. Nothing here knows Django.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .children import leashed, spawn
from .ports import free_port, free_ports
from .postgresql import start_postgres
from .secret_files import write_secret
from .services import ServiceError, kill, running, stop, stop_all
from .valkey_server import start_valkey

__all__ = [
    "ServiceError",
    "free_port",
    "free_ports",
    "kill",
    "leashed",
    "postgres",
    "running",
    "spawn",
    "start_postgres",
    "start_valkey",
    "stop",
    "stop_all",
    "valkey",
    "write_secret",
]


@contextmanager
def postgres(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """PostgreSQL for the length of a `with`; gives the owner's URL."""
    try:
        yield start_postgres(data_dir, durable=durable)
    finally:
        stop(data_dir)


@contextmanager
def valkey(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """Valkey for the length of a `with`; gives its URL."""
    try:
        yield start_valkey(data_dir, durable=durable)
    finally:
        stop(data_dir)
