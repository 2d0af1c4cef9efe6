"""What the log needs of the node it runs in, handed over once at start-up.

`audit` imports nothing of ours: how private keys are sealed, what this node's log is called and how
a task is rung for come in as functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .errors import LogError


@dataclass(frozen=True, slots=True)
class Wiring:
    """`origin()` names the log when its key is made. `seal(secret, name)` and `unseal` keep private
    keys. `ring(task)` sends a Celery task once the present transaction has committed. `required()`
    names the Parties whose witnesses must have co-signed a checkpoint before it counts as witnessed.
    `announce()` tells the other nodes that this node's keys have changed. `node(party)` names the node
    of a Party, the same for Parties that share one."""

    origin: Callable[[], str]
    seal: Callable[[bytes, str], bytes]
    unseal: Callable[[bytes, str], bytes]
    ring: Callable[[str], None]
    required: Callable[[], Iterable[str]]
    announce: Callable[[], None]
    node: Callable[[str], str] = str


_wired: list[Wiring] = []
#: Tasks to ring for after a new checkpoint: whoever asks the witnesses puts his here.
after_checkpoint: list[str] = []


def connect(wiring: Wiring) -> None:
    _wired[:] = [wiring]


def wired() -> Wiring:
    if not _wired:
        raise LogError("The log was not wired at start-up: audit.wiring.connect() was not called.")
    return _wired[0]
