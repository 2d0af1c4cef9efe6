"""What goes wrong, scene by scene, while officers of the US release to MX without a pause.

A scene returns when the fault is over: from then on its recovery is timed.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from . import faults, gates
from .pair import ChaosNode
from .releasing import Releaser
from .wire import Fault

HOUR = 3600.0
EVERYTHING = ("web", "exchange", "worker", "clock", "postgres", "valkey")


@dataclass(frozen=True)
class Ground:
    """`us` releases to `mx`; `seconds` is how long a fault lasts that could last for ever."""

    us: ChaosNode
    mx: ChaosNode
    releaser: Releaser
    seconds: float

    def go_on(self, number: int = 3) -> None:
        """Until so many more were released."""
        self.releaser.await_more(number)

    def on_the_way(self, fault: Fault) -> AbstractContextManager[None]:
        return self.mx.wire.with_fault(fault)


Scene = Callable[[Ground], None]


# --- At a commit ------------------------------------------------------------------------------
def dies_at_commit(name: str, node: str, table: str, *, commits: bool) -> Scene:
    """The process `name` is killed when it has said COMMIT, and comes back."""

    def scene(ground: Ground) -> None:
        where: ChaosNode = getattr(ground, node)
        assert where.processes is not None
        with gates.shut(where, table) as gate:
            gate.await_commit()
            where.processes.kill(name)
            if not commits:
                gate.roll_back()
        where.processes.start_again(name)
        where.await_doors(name)

    return scene


def service_dies_at_commit(service: str, node: str, table: str) -> Scene:
    """PostgreSQL with the transaction; Valkey before the bell that it rings behind its commit."""

    def scene(ground: Ground) -> None:
        where: ChaosNode = getattr(ground, node)
        with gates.shut(where, table) as gate:
            gate.await_commit()
            where.kill_service(service)
        where.start_service(service)

    return scene


def releaser_dies_at_commit(*, commits: bool) -> Scene:
    def scene(ground: Ground) -> None:
        with gates.shut(ground.us, "records_outboxrow") as gate:
            gate.await_commit()
            if not commits:
                gate.roll_back()
            ground.releaser.kill()
        ground.releaser.begin_again()
        ground.go_on(2)

    return scene


def worker_dies_while_sending(ground: Ground) -> None:
    """Between the commit before and the one after: the letter is on its way."""
    held = faults.Held()
    assert ground.us.processes is not None
    with ground.on_the_way(held):
        assert held.came.wait(gates.PATIENCE), "nothing was sent"
        ground.us.processes.kill("worker")
        held.go_on.set()
        ground.us.processes.start_again("worker")


# --- Processes and services -------------------------------------------------------------------
def killed(node: str, *names: str) -> Scene:
    def scene(ground: Ground) -> None:
        ground.go_on()
        getattr(ground, node).kill(*names)

    return scene


def killed_at_random(ground: Ground) -> None:
    """On either side, one after the other, at any moment."""
    end = time.monotonic() + 4 * ground.seconds
    while time.monotonic() < end:
        random.choice((ground.us, ground.mx)).kill(random.choice(EVERYTHING))
        time.sleep(random.uniform(0.1, 1.5))


def valkey_lost(ground: Ground) -> None:
    """Killed at one side, then emptied at both."""
    killed("us", "valkey")(ground)
    for node in (ground.us, ground.mx):
        ground.go_on(2)
        node.empty_valkey()


# --- Between the nodes ------------------------------------------------------------------------
def network(*what: Fault) -> Scene:
    """Each of these, as long, one after the other."""

    def scene(ground: Ground) -> None:
        for fault in what:
            with ground.on_the_way(fault):
                time.sleep(ground.seconds / len(what))

    return scene


def hanging(ground: Ground) -> None:
    """Longer than the sender waits for an answer."""
    fault = faults.Hanging()
    with ground.on_the_way(fault):
        time.sleep(max(5.0, ground.seconds))
        fault.over.set()


def damaged(ground: Ground) -> None:
    wire = ground.mx.wire
    harm = (faults.torn(wire), faults.shortened, faults.flipped, faults.flipped_answer)
    with ground.on_the_way(faults.some(*harm, faults.cut_answer, faults.lost_answer)):
        time.sleep(ground.seconds)


def repeated(ground: Ground) -> None:
    wire = ground.mx.wire
    harm = (faults.doubled, faults.replayed(wire), faults.crossed(ground.us.wire))
    with ground.on_the_way(faults.some(*harm, faults.delayed(0.3), share=0.9)):
        time.sleep(ground.seconds)


def wrong_answers(ground: Ground) -> None:
    network(faults.broken, faults.garbage, faults.garbage_body)(ground)


# --- The machine ------------------------------------------------------------------------------
def full_disk(node: str) -> Scene:
    """Under the node's PostgreSQL, for a while."""

    def scene(ground: Ground) -> None:
        where: ChaosNode = getattr(ground, node)
        where.disk.fill(where.owner_url)
        time.sleep(max(2.5, ground.seconds))
        where.disk.free(where.owner_url)
        where.mend_postgres()

    return scene


def clock_moved(node: str, seconds: float) -> Scene:
    """The node's processes die and come back in another hour; after a while in the right one."""

    def scene(ground: Ground) -> None:
        where: ChaosNode = getattr(ground, node)
        where.shift_clock(seconds)
        ground.go_on(5)
        where.shift_clock(0)

    return scene


SHORT: dict[str, Scene] = {
    "MX: exchange killed before commit": dies_at_commit(
        "exchange", "mx", "exchange_receipt", commits=False
    ),
    "MX: exchange killed behind commit": dies_at_commit(
        "exchange", "mx", "exchange_receipt", commits=True
    ),
    "US: worker killed while sending": worker_dies_while_sending,
    "US: worker killed before its commit": dies_at_commit(
        "worker", "us", "exchange_receipt", commits=False
    ),
    "MX: PostgreSQL killed": killed("mx", "postgres"),
    "US: Valkey killed, both wiped": valkey_lost,
    "network cut": network(faults.cut),
    "torn, shortened, flipped, lost": damaged,
    "doubled, replayed, crossed, late": repeated,
    "500 and garbage": wrong_answers,
    "MX: disk full": full_disk("mx"),
    "MX: clock an hour ahead, and back": clock_moved("mx", HOUR),
}
LONG: dict[str, Scene] = {
    **SHORT,
    **{
        f"{node.upper()}: {name} killed {'behind' if commits else 'before'} commit of {table}": (
            dies_at_commit(name, node, table, commits=commits)
        )
        for node, name, table in (
            ("us", "worker", "exchange_item"),
            ("us", "worker", "exchange_receipt"),
            ("mx", "exchange", "exchange_item"),
            ("mx", "worker", "desk_inboxitem"),
        )
        for commits in (False, True)
    },
    **{
        f"{node.upper()}: {service} killed at commit of {table}": (
            service_dies_at_commit(service, node, table)
        )
        for service in ("postgres", "valkey")
        for node, table in (
            ("us", "records_outboxrow"),
            ("us", "exchange_item"),
            ("us", "exchange_receipt"),
            ("mx", "exchange_receipt"),
            ("mx", "desk_inboxitem"),
        )
    },
    "US: officer's process killed before commit": releaser_dies_at_commit(commits=False),
    "US: officer's process killed behind commit": releaser_dies_at_commit(commits=True),
    **{
        f"{node.upper()}: {name} killed": killed(node, name)
        for node in ("us", "mx")
        for name in EVERYTHING
    },
    "US: all killed": killed("us", *EVERYTHING),
    "MX: all killed": killed("mx", *EVERYTHING),
    "killed at random, both": killed_at_random,
    "US: disk full": full_disk("us"),
    "peer hangs": hanging,
    "US: clock an hour behind, and back": clock_moved("us", -HOUR),
    "US: clock an hour ahead, and back": clock_moved("us", HOUR),
    "MX: clock an hour behind, and back": clock_moved("mx", -HOUR),
}
