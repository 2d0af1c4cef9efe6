"""The network between two nodes: everything that goes to one passes here, and may come to harm.

A `Fault` gets each letter and a way to post it, and says what the sender is answered. None of them
is gentle: what it does not post is gone, and who raises Lost hangs up.
"""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEPT_HEADERS = ("Content-Type", "Content-Encoding", "Retry-After")
PATIENCE = 30.0


class Lost(Exception):
    """Hang up without an answer."""


@dataclass(frozen=True)
class Letter:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_envelope(self) -> bool:
        return self.path.endswith("/envelopes")


@dataclass(frozen=True)
class Answer:
    """`announced` is the length that its head tells; `raw` is sent instead of any HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes
    announced: int | None = None
    raw: bytes | None = None


Post = Callable[[Letter], Answer]
Fault = Callable[[Letter, Post], Answer]


def none(letter: Letter, post: Post) -> Answer:
    return post(letter)


class Wire:
    """Listens at `port` for letters to the node that listens at `target`; keeps those it saw."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.fault: Fault = none
        self.kept: list[Letter] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.wire = self
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @contextmanager
    def with_fault(self, fault: Fault) -> Iterator[None]:
        self.fault = fault
        try:
            yield
        finally:
            self.fault = none

    def handle(self, letter: Letter) -> Answer:
        self.kept.append(letter)
        return self.fault(letter, self.post)

    def post(self, letter: Letter) -> Answer:
        link = http.client.HTTPConnection("127.0.0.1", self.target, timeout=PATIENCE)
        try:
            with closing(link):
                link.request("POST", letter.path, letter.body, letter.headers)
                response = link.getresponse()
                found = dict(response.getheaders())
                headers = {name: found[name] for name in found if name.title() in KEPT_HEADERS}
                return Answer(response.status, headers, response.read())
        except (OSError, http.client.HTTPException) as error:
            raise Lost(str(error)) from error

    def post_part(self, letter: Letter, length: int) -> None:
        """Send so much of the letter under a head that announces all of it, and hang up."""
        names = {**letter.headers, "Host": "node", "Content-Length": str(len(letter.body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in names.items())
        with socket.create_connection(("127.0.0.1", self.target), timeout=PATIENCE) as link:
            start = f"POST {letter.path} HTTP/1.1\r\n{head}\r\n".encode()
            link.sendall(start + letter.body[:length])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    wire: Wire

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hung up meanwhile is no error here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        kept = {name: self.headers[name] for name in KEPT_HEADERS if name in self.headers}
        try:
            answer = self.server.wire.handle(Letter(self.path, kept, body))
        except Lost:
            self.close_connection = True
            return
        if answer.raw is not None:
            self.wfile.write(answer.raw)
            self.close_connection = True
            return
        self._tell(answer)

    def _tell(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        length = len(answer.body) if answer.announced is None else answer.announced
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection = self.close_connection or answer.announced is not None

    def log_message(self, format: str, *args: Any) -> None:
        """What passes is not told."""
