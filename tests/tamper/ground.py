"""Three real nodes whose logs are witnessed, and what an administrator of one does to his own.

There are no workers and clocks, so that each step is taken when the scene says so; the exchange processes
answer the other nodes as ever. The nodes have a database each, of one server, and the later ones begin
as copies of the first one's: it is brought up to date once.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg

from cordillera import embedded
from cordillera.embedded import free_ports, leashed
from deploy.launch import environment
from deploy.launch import node as launching
from deploy.launch.database import DATABASE, named
from deploy.launch.node import Node
from deploy.launch.nodes import PARTIES, Nodes
from deploy.launch.place import ROOT
from deploy.launch.processes import Processes
from tests.migrated import Migrated

KEPT = (
    *("entry", "pending", "leaf", "tile", "checkpoint", "cosignature", "asking"),
    *("witnessed", "cosignedbefore", "seen", "finding", "resolution"),
)
#: For every node: what a log leaves open is told at once.
ALL = {
    "LOG_PROOF_PATIENCE": "0",
    "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
#: A whole tree anew over the entries as they stand; what was put in gets the tenth place.
ANEW = """
    CREATE TEMP TABLE ordered AS SELECT e.id FROM audit_entry e
        LEFT JOIN audit_leaf l ON l.entry_id = e.id ORDER BY coalesce(l.index, 10), l.index;
    TRUNCATE audit_pending, audit_leaf, audit_tile, audit_checkpoint, audit_cosignature;
    INSERT INTO audit_pending (entry_id) SELECT id FROM ordered;
    DROP TABLE ordered;
"""


class ExchangeAlone(Processes):
    """Of a node's processes none but this one."""

    def start(self, name: str, *command: str) -> None:
        if name == "exchange":
            super().start(name, *command)


class TamperNode(Node):
    """A node with a process inside, that does at once what it is told. `first`: whose server of
    databases it shares, and of whose database it begins with a copy."""

    def __init__(self, data: Path, party: str, first: TamperNode | None = None) -> None:
        web, live, exchange = free_ports(3)
        ports = {"web_port": web, "live_port": live, "exchange_port": exchange}
        super().__init__(data, party.lower(), [party], **ports)
        self.party, self.first = party, first
        self.static.mkdir(parents=True, exist_ok=True)

    def start_services(self) -> None:
        if self.first is None:
            # A server that forgets at a power cut is the quicker one.
            quick = partial(embedded.start_postgres, durable=False)
            with patch.object(embedded, "start_postgres", quick):
                super().start_services()
            self.environment |= ALL
            return
        with psycopg.connect(named(self.first.owner_url, "postgres"), autocommit=True) as server:
            server.execute(f"CREATE DATABASE {self.name} TEMPLATE {DATABASE}")
        self.owner_url = named(self.first.owner_url, self.name)
        theirs = self.first.environment
        self.environment = {
            **theirs,
            "DATABASE_URL": named(theirs["DATABASE_URL"], self.name),
            "REDIS_URL": theirs["REDIS_URL"].removesuffix("0") + str(PARTIES.index(self.party)),
            "SECRET_KEY": self._secret("secret_key"),
            "KEY_ENCRYPTION_KEY": self._secret("key_encryption_key", environment.key),
            "HOSTED_PARTIES": self.party,
            "PUBLIC_URL": self.address,
            "LIVE_URL": f"http://127.0.0.1:{self.live_port}/events",
            "COOKIE_PREFIX": f"{self.name}_",
            "DATA_DIR": str(self.data),
            "STATIC_ROOT": str(self.static),
        }

    def start_processes(self) -> None:
        """The exchange process alone, and the one inside."""
        with patch.object(launching, "Processes", ExchangeAlone):
            super().start_processes()
        self._inside = subprocess.Popen(
            leashed([sys.executable, "-m", "tests.tamper.inside", self.party]),
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def await_processes(self) -> None:
        self.await_exchange()
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
        if self.processes:
            self.processes.stop()
        if self.first is None:
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

    def enrol(self) -> None:
        """The Parties with each other, as administrations do it; no officers and no records."""
        with ThreadPoolExecutor(3) as pool:
            told = pool.map(lambda node: node.tell("introduce", node.exchange_address), self.all)
            texts = dict(zip(PARTIES, told, strict=True))
            list(pool.map(lambda node: node.tell("enrol", texts), self.all))

    def grow(self, count: int) -> list[str]:
        """CA's log grows honestly; what its witnesses say."""
        self.ca.tell("write", count)
        return [self.ca.tell("ask", party) for party in ("US", "MX")]

    def as_before(self) -> None:
        for node in self.all:
            node.put_back()


@contextmanager
def ground(folder: Path, migrated: Migrated) -> Iterator[Ground]:
    us = TamperNode(folder / "us", "US")
    made = Ground(us, *(TamperNode(folder / party.lower(), party, us) for party in ("MX", "CA")))
    nodes = Nodes(*made.all)
    try:
        migrated.start(us)
        for node in (made.mx, made.ca):
            node.start_services()
        for node in made.all:
            node.start_processes()
        nodes.together(lambda node: node.await_processes())
        made.enrol()
        yield made
    finally:
        nodes.stop()
