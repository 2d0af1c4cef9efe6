"""Somebody on the way from one node to another, who answers some requests in its place."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .ground import TamperNode

Lies = Mapping[str, tuple[int, bytes]]


@contextmanager
def between(asking: TamperNode, asked: TamperNode, lies: Lies) -> Iterator[None]:
    """`lies`: by the beginning of the path below exchange/v1, status and body of the answer."""

    class Passes(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes | None) -> None:
            name = self.path.removeprefix("/exchange/v1/")
            lie = next((lie for begin, lie in lies.items() if name.startswith(begin)), None)
            status, said = lie or _asked(f"{asked.exchange_address}{self.path}", body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Passes)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        _reach(asking, asked, f"http://127.0.0.1:{server.server_address[1]}")
        yield
    finally:
        _reach(asking, asked, asked.exchange_address)
        server.shutdown()
        server.server_close()


def _reach(asking: TamperNode, asked: TamperNode, address: str) -> None:
    asking.harm(f"UPDATE parties_peer SET address = '{address}' WHERE party_id = '{asked.party}'")


def _asked(address: str, body: bytes | None) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(address, body, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
