"""Two nodes for all tests of chaos that one worker runs; they end with the last of these, since even
nodes that nobody asks take a tenth of a processor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.migrated import Migrated

from . import gates
from .pair import ChaosNode, pair
from .releasing import Releaser


@pytest.fixture(scope="package")
def nodes(
    tmp_path_factory: pytest.TempPathFactory, migrated: Migrated
) -> Iterator[tuple[ChaosNode, ChaosNode]]:
    # Short, for the path of PostgreSQL's socket.
    folder = tmp_path_factory.mktemp("chaos")
    with pair(folder, migrated) as (us, mx):
        for node in (us, mx):
            gates.build(node)
        yield us, mx


@pytest.fixture(scope="package")
def releaser(nodes: tuple[ChaosNode, ChaosNode]) -> Iterator[Releaser]:
    us, _ = nodes
    releaser = Releaser(us, "MX")
    try:
        yield releaser
    finally:
        releaser.close()
