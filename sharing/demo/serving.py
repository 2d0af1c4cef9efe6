"""One node's part in playing the demo's year across several nodes.

Whoever plays it (deploy/launch/history.py) starts this at every node and says over pipes, in lines
of JSON, what happens next: a moment at this node, an envelope that came from another. What this
node sends goes back over the same pipe instead of over the network; all else is what a node always
does, but dated in the past.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import IO, Any

from django.core.management import call_command

from cordillera import clock
from cordillera.doorbell import silenced
from cordillera.parties import keys
from sharing.exchange import introducing, receiving, sending

from . import loader, oversight, people

#: What the endpoints do with what another node posts.
RECEIVE = {"envelope": receiving.receive, "key_set": introducing.take}


class Serving:
    """Carries out orders until there are no more; each is answered by one `done`."""

    def __init__(self, orders: IO[str], answers: IO[str], password: str) -> None:
        self._orders, self._answers, self._password = orders, answers, password
        self._loader: loader.Loader | None = None

    def run(self) -> None:
        while order := self._next():
            done = getattr(self, f"do_{order.pop('do')}")(**order)
            self._tell({"done": done})

    # --- Orders -------------------------------------------------------------------------------
    def do_plan(self, today: str) -> list[tuple[str, str]]:
        """Learn the day from which the demo is dated; when what happens, and at which Party."""
        self._loader = loader.Loader(date.fromisoformat(today))
        return [(moment.at.isoformat(), moment.party) for moment in self._loader.moments]

    def do_settle(self, at: str) -> None:
        with _then(at):
            loader.settle(self._password)

    def do_command(self, arguments: list[str], at: str) -> None:
        with _then(at):
            call_command(*arguments)
            sys.stdout.flush()

    def do_play(self, number: int) -> None:
        assert self._loader is not None  # noqa: S101 - the plan comes first
        self._loader.play(number)

    def do_drain(self, recipient: str, at: str | None = None) -> None:
        """Send what waits for this recipient."""
        with _then(at):
            for sender in people.hosted():
                sending.drain(sender, recipient, transport=self)

    def do_receive(self, what: str, data: str, at: str | None = None) -> tuple[int, str]:
        """Take in an envelope or a key set, as the node's endpoints do; status and body."""
        with _then(at):
            answer = RECEIVE[what](b64decode(data))
            loader.arrive()
        return answer.status, b64encode(answer.body).decode()

    def do_finish(self) -> None:
        """Do what time would have done since: officers read, and keys grew old."""
        oversight.play()
        loader.read_what_is_old()
        keys.rotate_by_age()

    # --- The pipe as a transport --------------------------------------------------------------
    def post_envelope(self, address: str, data: bytes) -> tuple[int, bytes]:
        return self._post("envelope", data)

    def post_key_set(self, address: str, text: str, to: str) -> tuple[int, bytes]:
        return self._post("key_set", text.encode())

    def _post(self, what: str, data: bytes) -> tuple[int, bytes]:
        self._tell({"post": what, "data": b64encode(data).decode()})
        answer = self._next()
        if answer is None:
            raise EOFError("the demo's player went away")
        return answer["status"], b64decode(answer["body"])

    def _next(self) -> dict[str, Any] | None:
        line = self._orders.readline()
        return json.loads(line) if line else None

    def _tell(self, answer: dict[str, Any]) -> None:
        print(json.dumps(answer), file=self._answers, flush=True)


@contextmanager
def _then(at: str | None) -> Iterator[None]:
    """At that time, or now; nothing rings, for the player itself says what happens next."""
    with silenced():
        if at is None:
            yield
            return
        with clock.at(datetime.fromisoformat(at)):
            yield
