"""ClamAV's daemon: the one door to it. INSTREAM, as clamd(8) describes it.

Each part is sent as its length (4 bytes, big-endian) and its bytes; a length of 0 ends it. The
answer is `stream: OK`, `stream: NAME FOUND`, or an error.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

TIMEOUT = 120
_LONGEST_ANSWER = 4096


class Away(Exception):
    """The scanner does not answer, or not as a scanner does."""


def scan(url: str, parts: Iterable[bytes]) -> str:
    """The name of what was found in the parts; empty where nothing was. Raises Away."""
    try:
        with _connect(url) as line:
            line.sendall(b"zINSTREAM\0")
            for part in parts:
                line.sendall(len(part).to_bytes(4, "big") + part)
            line.sendall(bytes(4))
            said = _answer(line)
    except OSError as error:
        raise Away(str(error)) from error
    if said == "stream: OK":
        return ""
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND")
    raise Away(said[:200] or "it closed the connection")


def _connect(url: str) -> socket.socket:
    place = urlsplit(url)
    if place.scheme == "tcp" and place.hostname:
        return socket.create_connection((place.hostname, place.port or 3310), TIMEOUT)
    if place.scheme == "unix" and place.path:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(TIMEOUT)
        try:
            line.connect(place.path)
        except OSError:
            line.close()
            raise
        return line
    raise Away(f"CLAMD_URL is {url!r}; tcp://host:port or unix:///path was wanted")


def _answer(line: socket.socket) -> str:
    said = b""
    while len(said) < _LONGEST_ANSWER and not said.endswith(b"\0"):
        part = line.recv(_LONGEST_ANSWER)
        if not part:
            break
        said += part
    return said.rstrip(b"\0\n").decode("utf-8", "replace")
