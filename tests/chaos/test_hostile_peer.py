"""Enemies at the door of a running node: it stays up, and what is honest goes on meanwhile."""

from __future__ import annotations

import gzip
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from .attack import Enemy, enrolled, garbage, tiny, wait_for
from .judge import Judge
from .pair import ChaosNode
from .releasing import Releaser

pytestmark = pytest.mark.services
SECONDS = 3.0
REFUSED = "SELECT count(*) FROM audit_entry WHERE tag = 'envelope:refuse' AND detail->>'code' = %s"
TAKEN = "SELECT settled FROM exchange_channel WHERE sender = 'US' AND recipient = 'MX'"
RECORDS = "SELECT count(*) FROM records_record WHERE originator_id = 'CA'"
OUTCOMES = """
    SELECT detail->'outcomes' FROM audit_entry WHERE tag = 'envelope:apply' AND about LIKE 'CA %'
"""


def one(node: ChaosNode, query: str, *values: str) -> int:
    with psycopg.connect(node.owner_url) as owner:
        row = owner.execute(query, values or None).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def honest(us: ChaosNode, mx: ChaosNode, releaser: Releaser) -> Iterator[None]:
    """Officers of the US release to MX during the block: something of it arrives meanwhile, and
    afterwards all of it is there, once and in order."""
    judge = Judge(us, mx)
    with releaser.at_work():
        before = one(mx, TAKEN)
        yield
        assert wait_for(lambda: one(mx, TAKEN) > before)
    judge.await_settled(time.monotonic())
    judge.await_seen()
    verdict = judge.verdict(releaser.acknowledged)
    assert (verdict.lost, verdict.twice, verdict.out_of_order) == (0, 0, 0)
    mx.check()


def test_a_flood_of_garbage_is_refused_while_honest_traffic_goes_on(
    nodes: tuple[ChaosNode, ChaosNode], releaser: Releaser
) -> None:
    us, mx = nodes
    told: Counter[int]
    with honest(us, mx, releaser), Enemy(mx).flood(garbage) as told:
        before = one(mx, TAKEN)
        time.sleep(SECONDS)
        assert wait_for(lambda: one(mx, TAKEN) > before)
    assert set(told) <= {0, 400, 404, 413, 503}, told
    assert told[400] >= 10
    assert one(mx, REFUSED, "malformed") >= 1


def test_requests_that_never_end_do_not_shut_the_door(
    nodes: tuple[ChaosNode, ChaosNode], releaser: Releaser
) -> None:
    us, mx = nodes
    with honest(us, mx, releaser), Enemy(mx).slowly():
        before = one(mx, TAKEN)
        time.sleep(SECONDS)
        assert wait_for(lambda: one(mx, TAKEN) > before)


def test_what_is_too_large_or_compressed_is_refused_by_its_head_and_written_down(
    nodes: tuple[ChaosNode, ChaosNode], releaser: Releaser
) -> None:
    us, mx = nodes
    enemy = Enemy(mx)
    with honest(us, mx, releaser):
        assert enemy.post(bytes(9 << 20))[0] in {0, 413}
        assert enemy.post(gzip.compress(bytes(50 << 20)), Content_Encoding="gzip")[0] == 415
    assert one(mx, REFUSED, "too-large") >= 1
    assert one(mx, REFUSED, "malformed") >= 1


def test_a_peers_swarm_of_tiny_versions_is_refused_one_by_one(
    nodes: tuple[ChaosNode, ChaosNode], releaser: Releaser, tmp_path: Path
) -> None:
    us, mx = nodes
    peer, enemy, taken = enrolled(mx, tmp_path), Enemy(mx), 0
    with honest(us, mx, releaser):
        before, end = one(mx, TAKEN), time.monotonic() + SECONDS
        while not taken or time.monotonic() < end:
            status, body = enemy.post(tiny(peer, "MX"))
            if status == 200:
                receipt = peer.settle(body)
                assert {result.outcome for result in receipt.results or ()} == {"refused"}
                taken += 1
        assert wait_for(lambda: one(mx, TAKEN) > before)
    assert one(mx, RECORDS) == 0
    with psycopg.connect(mx.owner_url) as owner:
        written = [outcomes for (outcomes,) in owner.execute(OUTCOMES)]
    assert len(written) == taken
    assert {count for outcomes in written for count in outcomes.values()} == {500}
