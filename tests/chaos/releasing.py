"""The releaser's process, as the scenes use it."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from cordillera.embedded import leashed
from deploy.launch.place import ROOT

from .pair import ChaosNode

PATIENCE = 90.0
#: A released version: its record and its number.
Released = tuple[str, int]


class Releaser:
    """Releases at `node`, for the Party of another one; `acknowledged` in the order of release."""

    def __init__(self, node: ChaosNode, recipient: str) -> None:
        self.node, self.recipient = node, recipient
        self.acknowledged: list[Released] = []
        self.failures: list[str] = []
        self._start()

    def _start(self) -> None:
        self._told: queue.Queue[dict[str, Any]] = queue.Queue()
        command = [sys.executable, "-m", "tests.chaos.releaser", self.node.party, self.recipient]
        self._process = subprocess.Popen(
            leashed(command),
            cwd=ROOT,
            env=self.node.shifted(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._told,))
        self._reader.start()
        self._await("ready")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Records are released without a pause while the block runs."""
        self._say("go")
        yield
        self._say("stop")
        if self._process.poll() is None:
            self._await("stopped")

    def await_more(self, number: int) -> None:
        """Until so many more were released."""
        wanted = len(self.acknowledged) + number
        deadline = threading.Event()
        for _ in range(int(PATIENCE / 0.05)):
            if len(self.acknowledged) >= wanted:
                return
            deadline.wait(0.05)
        raise AssertionError(f"nothing is released: {self.failures[-1:]}")

    def kill(self) -> None:
        """kill -9; `begin_again` starts another one."""
        self._process.kill()
        self._end()

    def begin_again(self) -> None:
        self._start()
        self._say("go")

    def close(self) -> None:
        self._pipe(self._process.stdin).close()
        self._end()

    def _end(self) -> None:
        with self._process:
            pass
        self._reader.join()

    def _read(self, told: queue.Queue[dict[str, Any]]) -> None:
        for line in self._pipe(self._process.stdout):
            said = json.loads(line)
            if "record" in said:
                self.acknowledged.append((said["record"], said["number"]))
            elif "failed" in said:
                self.failures.append(said["failed"])
            else:
                told.put(said)

    def _await(self, what: str) -> None:
        while what not in self._told.get(timeout=PATIENCE):
            pass

    def _say(self, what: str) -> None:
        pipe = self._pipe(self._process.stdin)
        pipe.write(f"{what}\n")
        pipe.flush()

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe
