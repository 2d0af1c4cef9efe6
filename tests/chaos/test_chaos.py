"""Whatever happens to the nodes and between them: what was released arrives once, in order."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import pytest

from deploy.launch.place import VAR

from .judge import Judge
from .pair import SETTINGS, ChaosNode
from .releasing import Releaser
from .scenes import LONG, SHORT, Ground, Scene
from .table import Table

LONG_FORM = os.environ.get("CHAOS") == "long"
#: How long a fault lasts that has no end of its own.
SECONDS = 6.0 if LONG_FORM else 2.0


@pytest.mark.services
def test_nothing_is_lost_or_applied_twice_or_out_of_order(
    nodes: tuple[ChaosNode, ChaosNode],
    releaser: Releaser,
    record_property: Callable[[str, object], None],
) -> None:
    us, mx = nodes
    ground, judge = Ground(us, mx, releaser, SECONDS), Judge(us, mx)
    table = Table(_title(mx))
    for name, scene in (LONG if LONG_FORM else SHORT).items():
        _play(name, scene, ground, judge, table)
        if LONG_FORM:
            table.keep(VAR / "chaos.txt")
    record_property("table", str(table))
    bad = [row for row in table.rows if row[2].lost or row[2].twice or row[2].out_of_order]
    assert not bad, f"\n{table}"


def _title(mx: ChaosNode) -> str:
    longest, timeout = SETTINGS["EXCHANGE_LONGEST_PAUSE"], SETTINGS["EXCHANGE_TIMEOUT"]
    return (
        f"Chaos, US to MX: at most {longest} s between two tries and {timeout} s for an answer; the "
        f"full disk is {mx.disk.kind}."
    )


def _play(name: str, scene: Scene, ground: Ground, judge: Judge, table: Table) -> None:
    before = len(ground.releaser.acknowledged)
    with ground.releaser.at_work():
        try:
            scene(ground)
        except Exception as error:
            raise AssertionError(f"{name}: {error!r}\n{table}") from error
        over = time.monotonic()
    recovery = judge.await_settled(over)
    judge.await_seen()
    acknowledged = ground.releaser.acknowledged
    table.add(name, len(acknowledged) - before, judge.verdict(acknowledged), recovery)
