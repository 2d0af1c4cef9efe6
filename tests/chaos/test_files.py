"""A file on its way while processes are killed: sent to a node, and fetched by another one."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

import psycopg
import pytest

from deploy.launch.place import ROOT
from sharing.exchange.side_by_side import AT_ONCE

from .pair import ChaosNode
from .wire import Answer, Letter, Post

MIB = 1024 * 1024
#: Whole parts, and one that is shorter.
SIZE = int(os.environ.get("CHAOS_FILE_BYTES", 12 * MIB + 4567))
PATIENCE = max(90.0, SIZE / MIB)


class Sender:
    """An officer's program at a node, over the API; it goes on where the node says."""

    def __init__(self, node: ChaosNode, record: str, token: str) -> None:
        self.node, self.path = node, f"/api/v1/records/{record}/attachments"
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, body: Any = b"", kind: str = "application/json") -> Any:
        line = http.client.HTTPConnection("127.0.0.1", self.node.web_port, timeout=30)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        with closing(line):
            line.request(method, self.path + path, content, {**self.headers, "Content-Type": kind})
            answer = line.getresponse()
            said = json.loads(answer.read())
        assert answer.status < 400, said
        return said

    def offset(self, file: str) -> int:
        return int(self.ask("GET", f"/{file}")["offset"])

    def put(self, file: str, offset: int, plain: bytes) -> None:
        path = f"/{file}/content?offset={offset}"
        self.ask("PUT", path, plain[offset : offset + MIB], "application/octet-stream")


def order(node: ChaosNode, *words: str) -> dict[str, str]:
    command = [sys.executable, "-m", "tests.chaos.filer", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=node.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


def plain() -> bytes:
    return b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n" + random.Random(7).randbytes(SIZE - 15)


def state(node: ChaosNode, file: str) -> tuple[str, int]:
    """The file's state at that node, and how many of its parts are there."""
    query = (
        "SELECT a.state, (SELECT count(*) FROM records_chunk c WHERE c.attachment_id = a.id)"
        " FROM records_attachment a WHERE a.id = %s"
    )
    with psycopg.connect(node.owner_url) as owner:
        row = owner.execute(query, [file]).fetchone()
    return (row[0], row[1]) if row else ("", 0)


def await_that(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.1)


class Counting:
    """Counts the parts that are asked for, and lets as many through as it is told, so that a kill
    falls between two."""

    def __init__(self) -> None:
        self.asked, self._round, self._left = 0, 0, 0
        self._changed = threading.Condition()

    def __call__(self, letter: Letter, post: Post) -> Answer:
        if letter.path.endswith("/files"):
            with self._changed:
                self.asked += 1
                mine = self._round
                self._changed.wait_for(lambda: self._left > 0 or mine != self._round, PATIENCE)
                self._left -= mine == self._round
        return post(letter)

    def let(self, parts: int) -> None:
        with self._changed:
            self._left += parts
            self._changed.notify_all()

    def end_round(self) -> None:
        """Nobody waits any more; who comes from now on does."""
        with self._changed:
            self._round, self._left = self._round + 1, 0
            self._changed.notify_all()


@pytest.mark.services
def test_a_file_comes_to_identical_bytes_though_web_and_worker_are_killed(
    nodes: tuple[ChaosNode, ChaosNode], record_property: Callable[[str, object], None]
) -> None:
    us, mx = nodes
    content, made = plain(), order(us, "draft", "US", "MX")
    sender = Sender(us, made["record"], made["token"])
    file = sender.ask("POST", "", {"name": "manifest.pdf", "size": len(content)})["id"]
    sent = _send_through_kills(us, sender, file, content)
    assert sender.ask("POST", f"/{file}/finish", {})["state"] == "ready"

    counting, parts = Counting(), -(-SIZE // MIB)
    with us.wire.with_fault(counting):
        order(us, "release", "US", made["record"])
        for share in (1, parts // 2):
            if (missing := share - state(mx, file)[1]) > 0:
                # Of those under way at once, the first may be the last one let through.
                counting.let(missing + AT_ONCE)
            await_that(lambda share=share: state(mx, file)[1] >= share, "nothing is fetched")
            assert state(mx, file)[0] == "arriving"
            counting.end_round()
            mx.kill("worker")
        counting.let(10 * parts)
        await_that(lambda: state(mx, file)[0] == "ready", f"it stays {state(mx, file)}")
    assert order(mx, "digest", "MX", file)["sha256"] == hashlib.sha256(content).hexdigest()
    # What had come before a kill was not asked for again, but for those on their way then.
    assert counting.asked <= parts + 4 * AT_ONCE
    record_property("files", f"{parts} parts: {sent} sent, {counting.asked} asked for")


def _send_through_kills(us: ChaosNode, sender: Sender, file: str, content: bytes) -> int:
    """The web process dies between two parts, and in the middle of one; how many were sent."""
    sent = 0
    for stop in (3, 6, None):
        offset = sender.offset(file)
        assert offset >= min(sent, 1) * MIB
        while offset < len(content) and (stop is None or offset < stop * MIB):
            sender.put(file, offset, content)
            offset, sent = offset + MIB, sent + 1
        if stop is not None:
            last = threading.Thread(target=_quietly, args=(sender, file, offset, content))
            last.start()
            us.kill("web")
            last.join()
            sent += 1
    return sent


def _quietly(sender: Sender, file: str, offset: int, content: bytes) -> None:
    with suppress(OSError, http.client.HTTPException):
        sender.put(file, offset, content)
