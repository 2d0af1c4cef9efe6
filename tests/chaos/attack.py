"""What an enemy sends to a running node, over real sockets and from an address of his own."""

from __future__ import annotations

import http.client
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from sharing.exchange.formats.envelope import MEDIA_TYPE
from tests.sharing.exchange.foreign import Foreign

from .pair import ChaosNode

#: Of loopback, and not the one from which the honest node comes.
ADDRESS = "127.0.0.2"
ENVELOPES = "/exchange/v1/envelopes"


class Enemy:
    def __init__(self, node: ChaosNode) -> None:
        self.node = node

    def post(self, body: bytes, **headers: str) -> tuple[int, bytes]:
        """Status and body of the answer; 0 where there is none."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(self._connect()) as link:
            try:
                link.request("POST", ENVELOPES, body, {"Content-Type": MEDIA_TYPE, **told})
                answer = link.getresponse()
                return answer.status, answer.read()
            except (OSError, http.client.HTTPException):
                return 0, b""

    def _connect(self) -> http.client.HTTPConnection:
        port, source = self.node.exchange_port, (ADDRESS, 0)
        return http.client.HTTPConnection("127.0.0.1", port, timeout=20, source_address=source)

    # --- For a while --------------------------------------------------------------------------
    @contextmanager
    def flood(self, made: Callable[[], bytes], threads: int = 3) -> Iterator[Counter[int]]:
        """As many as the node takes while the block runs; how often each status was the answer."""
        over, told = threading.Event(), Counter[int]()

        def pour() -> None:
            while not over.is_set():
                told[self.post(made())[0]] += 1

        pouring = [threading.Thread(target=pour) for _ in range(threads)]
        for one in pouring:
            one.start()
        try:
            yield told
        finally:
            over.set()
            for one in pouring:
                one.join()

    @contextmanager
    def slowly(self, heads: int = 40, bodies: int = 10) -> Iterator[None]:
        """So many requests that never end, a byte now and then: half of a head, half of a body."""
        over = threading.Event()
        begun = f"POST {ENVELOPES} HTTP/1.1\r\nHost: node\r\nContent-Type: {MEDIA_TYPE}\r\n"
        with ExitStack() as open_ones:
            links = [open_ones.enter_context(self._open()) for _ in range(heads + bodies)]
            for link in links[:heads]:
                link.sendall(f"{begun}X-Long: ".encode())
            for link in links[heads:]:
                link.sendall(f"{begun}Content-Length: 100000\r\n\r\n".encode())

            def drip() -> None:
                while not over.wait(0.3):
                    for link in links:
                        with suppress(OSError):
                            link.sendall(b"x")

            dripping = threading.Thread(target=drip)
            dripping.start()
            try:
                yield
            finally:
                over.set()
                dripping.join()

    def _open(self) -> socket.socket:
        port = self.node.exchange_port
        return socket.create_connection(("127.0.0.1", port), 20, source_address=(ADDRESS, 0))


def garbage() -> bytes:
    """Bytes by chance, half of them behind the beginning of an envelope."""
    noise = random.randbytes(random.randrange(2000))
    return random.choice((b"", b'\0\0\0\x20{"format":"cordillera-envelope/1"')) + noise


def enrolled(node: ChaosNode, folder: Path) -> Foreign:
    """CA, whom the node trusts to be CA, in an enemy's hands."""
    enemy = Foreign("CA")
    file = folder / "ca.keyset"
    file.write_text(enemy.key_set)
    node.manage("party", "import", str(file), "--yes")
    enemy.learn(node.manage("party", "export", node.party).strip().splitlines()[-1])
    return enemy


def tiny(peer: Foreign, to: str, items: int = 500) -> bytes:
    """An envelope full of the smallest versions, each signed, none of them complete."""
    made = [peer.version(body={}, handling={}) for _ in range(items)]
    return peer.envelope(to, made)


def wait_for(done: Callable[[], bool], seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.1)
    return done()
