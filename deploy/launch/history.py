"""Give several nodes the demo: their Parties, enrolled with each other, and the year's records.

Each record is made at its own Party's node by the real actions, with the clock set to its time, and
travels to the others in sealed envelopes by the real exchange; only the network is left out, since
no node is up a year ago. A process at each node does the work, this one says in what order.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import IO, Any

from cordillera.embedded import leashed

from .node import Node
from .place import ROOT
from .processes import tail
from .say import Trouble

#: The Parties made their keys so long before the first record.
BEFORE = timedelta(days=7)


def load(nodes: Sequence[Node], tell: Callable[[str], None]) -> None:
    """Everything from empty databases to the demo; `tell` is told how far it is."""
    with _players(nodes) as players:
        today = datetime.now(UTC).date().isoformat()
        plans = together(players.values(), "plan", today=today)
        plan: list[tuple[str, str]] = plans[0]
        _enrol(players, (datetime.fromisoformat(plan[0][0]) - BEFORE).isoformat())
        for number, (at, party) in enumerate(plan):
            players[party].ask("play", number=number)
            _carry(players, party, at)
            tell(f"{number + 1} of {len(plan)}")
        together(players.values(), "finish")
        for party in players:
            _carry(players, party, None)


def enrol(nodes: Sequence[Node]) -> None:
    """From empty databases to Parties that are enrolled with each other, with officers and no record."""
    with _players(nodes) as players:
        _enrol(players, datetime.now(UTC).isoformat())


@contextmanager
def _players(nodes: Sequence[Node]) -> Iterator[dict[str, Player]]:
    with ExitStack() as stack:
        yield {node.hosted[0]: stack.enter_context(Player(node)) for node in nodes}


def _enrol(players: dict[str, Player], at: str) -> None:
    """As administrations do it, but for comparing the fingerprints by telephone."""
    together(players.values(), "settle", at=at)
    files = {party: player.node.data / "keyset.jws" for party, player in players.items()}
    for party, player in players.items():
        player.command("party", "address", party, player.node.exchange_address, at=at)
        player.command("party", "export", party, "--out", str(files[party]), at=at)
    for party, player in players.items():
        for file in (files[other] for other in files if other != party):
            player.command("party", "import", str(file), "--yes", at=at)


def _carry(players: dict[str, Player], sender: str, at: str | None) -> None:
    """Let what the sender has for the others reach them, and their receipts come back."""
    for recipient in players:
        if recipient != sender:
            players[sender].ask("drain", recipient=recipient, at=at, to=players[recipient])


def together(players: Iterable[Player], do: str, **order: Any) -> list[Any]:
    """The same order to all at once; their answers."""
    players = list(players)
    for player in players:
        player.say({"do": do, **order})
    return [player.hear()["done"] for player in players]


class Player:
    """The process at one node that carries out what is to happen there."""

    def __init__(self, node: Node) -> None:
        self.node, self.log = node, node.data / "log" / "demo_data.log"

    def __enter__(self) -> Player:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                leashed([sys.executable, "manage.py", "demo_data", "--serve"]),
                cwd=ROOT,
                # A load that a power cut hits begins anew: no need to wait for the disk each time.
                env=self.node.environment | {"PGOPTIONS": "-c synchronous_commit=off"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._process.terminate()
        with self._process:
            pass

    def command(self, *arguments: str, at: str) -> None:
        self.ask("command", arguments=arguments, at=at)

    def ask(self, do: str, *, to: Player | None = None, **order: Any) -> Any:
        """Have it done; what it posts meanwhile goes to the player `to`, whose answer goes back."""
        self.say({"do": do, **order})
        while "post" in (told := self.hear()):
            assert to is not None  # noqa: S101 - only a drain posts
            what, data = told["post"], told["data"]
            status, body = to.ask("receive", what=what, data=data, at=order["at"])
            self.say({"status": status, "body": body})
        return told["done"]

    def say(self, order: dict[str, Any]) -> None:
        try:
            print(json.dumps(order), file=self._pipe(self._process.stdin), flush=True)
        except BrokenPipeError:
            self.hear()

    def hear(self) -> dict[str, Any]:
        told = self._pipe(self._process.stdout).readline()
        if not told:
            raise Trouble(
                f"The demo could not be played at the node {self.node.name} (exit "
                f"{self._process.wait()}). The end of the log {self.log}:\n{tail(self.log)}"
            )
        answer: dict[str, Any] = json.loads(told)
        return answer

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None  # noqa: S101 - asked for when the process was started
        return pipe
