"""The demo's first load, interrupted: the next start has all of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from deploy.launch.node import Node
from deploy.launch.place import PYTHONPATH
from tests.migrated import Migrated

pytestmark = pytest.mark.services

LOADS_AND_DIES = """
import os, sys
from pathlib import Path
from deploy.launch.node import Node
class Killed(Node):
    def manage(self, *arguments, tell=lambda row: None, **options):
        def told(row):
            if row.startswith("20 of"):
                os.kill(os.getpid(), 9)
        super().manage(*arguments, tell=told, **options)
node = Killed(Path(sys.argv[1]), web_port=1, live_port=2, exchange_port=3)
node.start_services()
node.manage("demo_data", "--once")
"""


def records(node: Node) -> int:
    with psycopg.connect(node.owner_url) as connection:
        row = connection.execute("SELECT count(*) FROM records_record").fetchone()
    return row[0] if row else 0


def test_a_load_that_was_killed_is_made_good_by_the_next_start(
    tmp_path: Path, migrated: Migrated
) -> None:
    empty = Node(tmp_path, web_port=1, live_port=2, exchange_port=3)
    migrated.start(empty)
    empty.stop()
    environment = os.environ | {"PYTHONPATH": PYTHONPATH}
    died = subprocess.run(
        [sys.executable, "-c", LOADS_AND_DIES, str(tmp_path)], env=environment, check=False
    )
    assert died.returncode == -9
    node = Node(tmp_path, web_port=1, live_port=2, exchange_port=3)
    try:
        node.start_services()
        assert records(node) == 0
        node.manage("demo_data", "--once")
        loaded = records(node)
        assert loaded > 64
        # Killed after the load was done, before that was noted.
        node.manage("demo_data", "--once")
        assert records(node) == loaded
    finally:
        node.stop()
