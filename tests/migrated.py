"""Nodes of the tests' own begin with a database that is up to date: to bring it there takes seven
seconds of a processor, and is done once a worker."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from cordillera import embedded
from deploy.launch.node import SERVICES, Node


class Migrated:
    def __init__(self, folder: Path) -> None:
        self._kept = folder / "postgres"

    def start(self, node: Node) -> None:
        """The node's services, with every migration applied; it is a new one."""
        own = node.data / "postgres"
        if not self._kept.exists():
            node.start_services()
            node.migrate()
            for service in SERVICES:
                embedded.stop(node.data / service)
            aside = self._kept.with_name("postgres.part")
            shutil.rmtree(aside, ignore_errors=True)
            _copy(own, aside)
            aside.rename(self._kept)  # one that was cut short counts for none
        else:
            _copy(self._kept, own)
        node.start_services()


def _copy(here: Path, there: Path) -> None:
    """With the owner of each file. The password of the database's owner is in it."""
    there.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", f"{here}/.", str(there)], check=True)
