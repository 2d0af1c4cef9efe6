"""Two nodes for all tests of chaos that one worker runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from . import gates
from .pair import ChaosNode, pair
from .releasing import Releaser


@pytest.fixture(scope="session")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ChaosNode, ChaosNode]]:
    # Short, for the path of PostgreSQL's socket.
    folder = tmp_path_factory.mktemp("chaos")
    with pair(folder) as (us, mx):
        for node in (us, mx):
            gates.build(node)
        yield us, mx


@pytest.fixture(scope="session")
def releaser(nodes: tuple[ChaosNode, ChaosNode]) -> Iterator[Releaser]:
    us, _ = nodes
    releaser = Releaser(us, "MX")
    try:
        yield releaser
    finally:
        releaser.close()
