"""How many record versions a second two nodes with their real workers exchange."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from tests.benchmarks import exchange_seed as seed

#: Slower than so many a second, and a minute more, is no measurement any more.
SLOWEST, GRACE = 100, 60
#: Counted only where that is told: of 50,000 it would take a good part of a processor.
FROM_WAITING = """
    FROM records_outboxrow
    WHERE sender = %(sender)s AND recipient = %(recipient)s AND arrived_at IS NULL
"""
#: What the search does not find yet.
UNMATCHED = "FROM search_unmatched WHERE party_id = %(recipient)s"


def at_once(nodes: Any, moulds: seed.Moulds, count: int) -> dict[str, Any]:
    """Released together, rung once."""
    from celery import current_app

    copies = seed.signed(moulds, count)

    def begin() -> None:
        seed.post(nodes["us"].owner_url, copies)
        current_app.send_task("exchange.drain", args=[seed.SENDER, seed.RECIPIENT])

    return _timed(nodes, count, "released together", begin)


def backlog(nodes: Any, moulds: seed.Moulds, count: int) -> dict[str, Any]:
    """Queued while the channel was paused."""
    from cordillera.access.identity import Identity
    from cordillera.access.session import acting_as
    from sharing.exchange import channels, sequencing

    channel = channels.outbound(seed.SENDER, seed.RECIPIENT)
    channels.pause(channel)
    for begin in range(0, count, 5000):
        seed.post(nodes["us"].owner_url, seed.signed(moulds, min(5000, count - begin)))
        with acting_as(Identity.of_node(seed.SENDER)):
            sequencing.number(channels.locked(channel))
        print(f"  {min(begin + 5000, count):,} of the backlog queued", file=sys.stderr)
    return _timed(nodes, count, "backlog", lambda: channels.resume(channel))


def _timed(nodes: Any, count: int, name: str, begin: Callable[[], object]) -> dict[str, Any]:
    urls = [node.owner_url for node in nodes]
    with (
        psycopg.connect(urls[0], autocommit=True) as us,
        psycopg.connect(urls[1], autocommit=True) as mx,
    ):
        used = Used(nodes)
        begun = time.monotonic()
        begin()
        longest = GRACE + count / SLOWEST
        settled = _until(us, begun, longest)
        arrived = _until(mx, begun, longest)
        found = _until(mx, begun, longest, UNMATCHED)
        spent = used.since()
    return {
        "what": name,
        "versions": count,
        "settled at both, s": round(settled, 1),
        "versions/s": round(count / settled),
        "on the desk, s": round(arrived, 1),
        "versions/s on the desk": round(count / arrived),
        "in the search, s": round(found, 1),
        "versions/s in the search": round(count / found),
        "processor time, ms": f"{1000 * sum(spent.values()) / count:.2f}",
        **{f"{part}, ms": f"{1000 * seconds / count:.2f}" for part, seconds in spent.items()},
    }


def _until(connection: Any, begun: float, longest: float, rows: str = FROM_WAITING) -> float:
    """The seconds from `begun` until nothing waits there any more."""
    ends = {"sender": seed.SENDER, "recipient": seed.RECIPIENT}
    while True:
        one = connection.execute(f"SELECT 1 {rows} LIMIT 1", ends).fetchone()
        took = time.monotonic() - begun
        if one is None:
            return took
        if took > longest:
            waiting = connection.execute(f"SELECT count(*) {rows}", ends).fetchone()[0]
            raise SystemExit(f"{waiting} versions still wait after {took:.0f} s")
        time.sleep(0.1)


class Used:
    """Processor time of the nodes' processes, by what they do, from now on. Of Linux's /proc."""

    def __init__(self, nodes: Any) -> None:
        self._roots = {
            f"{node.name} {name}": pid for node in nodes for name, pid in _processes(node).items()
        }
        self._before = self._now()

    def since(self) -> dict[str, float]:
        now = self._now()
        found = {name: now[name] - self._before[name] for name in now}
        return {name: seconds for name, seconds in found.items() if seconds > 0}

    def _now(self) -> dict[str, float]:
        table = _table()
        return {name: _tree(pid, table) for name, pid in self._roots.items()}


def _processes(node: Any) -> dict[str, int]:
    running = {name: process.pid for name, process in node.processes.running.items()}
    postmaster = node.data / "postgres" / "cluster" / "postmaster.pid"
    running["PostgreSQL"] = int(postmaster.read_text().split()[0])
    return running


def _table() -> dict[int, tuple[int, float]]:
    """Process -> its parent, and the seconds that it and the children it has buried used."""
    found, tick = {}, os.sysconf("SC_CLK_TCK")
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        used = sum(int(fields[at]) for at in (11, 12, 13, 14)) / tick
        found[int(path.parent.name)] = int(fields[1]), used
    return found


def _tree(root: int, table: dict[int, tuple[int, float]]) -> float:
    below = [pid for pid, (parent, _) in table.items() if parent == root]
    return table.get(root, (0, 0.0))[1] + sum(_tree(pid, table) for pid in below)
