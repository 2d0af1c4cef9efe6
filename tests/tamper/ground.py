"""Three real nodes whose logs are witnessed, and what an administrator of one does to his own.

Workers and clocks rest while the scenes play, so that each step is taken when the scene says so; the
web processes answer the other nodes as ever.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from cordillera.embedded import free_ports, leashed
from deploy.launch.node import Node
from deploy.launch.nodes import Nodes
from deploy.launch.place import ROOT

KEPT = (
    *("entry", "pending", "leaf", "tile", "checkpoint", "cosignature", "asking"),
    *("witnessed", "cosignedbefore", "seen", "finding"),
)
#: A whole tree anew over the entries as they stand; what was put in gets the tenth place.
ANEW = """
    CREATE TEMP TABLE ordered AS SELECT e.id FROM audit_entry e
        LEFT JOIN audit_leaf l ON l.entry_id = e.id ORDER BY coalesce(l.index, 10), l.index;
    TRUNCATE audit_pending, audit_leaf, audit_tile, audit_checkpoint, audit_cosignature;
    INSERT INTO audit_pending (entry_id) SELECT id FROM ordered;
    DROP TABLE ordered;
"""


class TamperNode(Node):
    """A node with a process inside, that does at once what it is told."""

    def __init__(self, data: Path, party: str) -> None:
        web, live = free_ports(2)
        super().__init__(data, party.lower(), [party], web_port=web, live_port=live)
        self.party = party
        self.static.mkdir(parents=True, exist_ok=True)

    def start_services(self) -> None:
        super().start_services()
        plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
        self.environment["STATICFILES_BACKEND"] = plain

    def start_processes(self) -> None:
        """The web process alone, and the one inside."""
        super().start_processes()
        assert self.processes is not None
        for name in ("live", "worker", "clock"):
            self.processes.kill(name)
        self._inside = subprocess.Popen(
            leashed([sys.executable, "-m", "tests.tamper.inside", self.party]),
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def await_processes(self) -> None:
        from deploy.launch.node import _healthy

        self._await(lambda: _healthy(self.web_port), "web")
        assert self._answer() == "ready"

    def tell(self, order: str, *values: Any) -> Any:
        assert self._inside.stdin is not None
        self._inside.stdin.write(json.dumps([order, *values]) + "\n")
        self._inside.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._inside.stdout is not None
        line = self._inside.stdout.readline()
        assert line, f"the process inside {self.party} ended"
        said = json.loads(line)
        assert "is" in said, said["failed"]
        return said["is"]

    def stop(self) -> None:
        inside = getattr(self, "_inside", None)
        if inside is not None:
            inside.stdin.close()
            with inside:
                pass
        super().stop()

    # --- As the database's owner, with the triggers off --------------------------------------
    def harm(self, *statements: str) -> None:
        with psycopg.connect(self.owner_url) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                connection.execute(statement)

    def keep(self) -> None:
        """What `put_back` brings back."""
        tables = [f"CREATE TABLE kept.{name} AS TABLE public.audit_{name}" for name in KEPT]
        self.harm("DROP SCHEMA IF EXISTS kept CASCADE", "CREATE SCHEMA kept", *tables)

    def put_back(self) -> None:
        whole = ", ".join(f"audit_{name}" for name in KEPT)
        rows = [f"INSERT INTO public.audit_{name} SELECT * FROM kept.{name}" for name in KEPT]
        self.harm(f"TRUNCATE {whole}", *rows)


class Ground:
    """US, MX and CA; the log of CA is the one that is tampered with."""

    def __init__(self, us: TamperNode, mx: TamperNode, ca: TamperNode) -> None:
        self.us, self.mx, self.ca = us, mx, ca

    @property
    def all(self) -> tuple[TamperNode, TamperNode, TamperNode]:
        return self.us, self.mx, self.ca

    def grow(self, count: int) -> list[str]:
        """CA's log grows honestly; what its witnesses say."""
        self.ca.tell("write", count)
        return [self.ca.tell("ask", party) for party in ("US", "MX")]

    def as_before(self) -> None:
        for node in self.all:
            node.put_back()


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    made = Ground(*(TamperNode(folder / party.lower(), party) for party in ("US", "MX", "CA")))
    nodes = Nodes(*made.all)
    try:
        nodes.together(Node.start_services)
        nodes.together(Node.migrate)
        nodes.enrol()
        for node in made.all:
            node.start_processes()
        nodes.together(lambda node: node.await_processes())
        yield made
    finally:
        nodes.stop()
