"""Two real nodes, US and MX, enrolled with each other, with a wire of the tests' between them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import redis

from cordillera import embedded
from cordillera.embedded import ServiceError, free_ports
from deploy.launch.node import Node, _healthy
from deploy.launch.nodes import Nodes
from deploy.launch.place import ROOT
from tests.migrated import Migrated

from .disk import Disk
from .wire import Wire

#: A node's usual settings but for these, which make the longest waits shorter: the tables' recovery
#: times are with them.
SETTINGS = {
    "EXCHANGE_TIMEOUT": "4",
    "EXCHANGE_LONGEST_PAUSE": "2",
    "EXCHANGE_BATCH_ITEMS": "20",
    "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
PROCESSES = ("web", "exchange", "worker", "clock")
SHIFTED = ROOT / "tests" / "chaos" / "shifted"


class ChaosNode(Node):
    """Other nodes reach it over a wire; `clock_off` moves its processes' time by seconds."""

    def __init__(self, data: Path, party: str) -> None:
        web, live, exchange = free_ports(3)
        ports = {"web_port": web, "live_port": live, "exchange_port": exchange}
        super().__init__(data, party.lower(), [party], **ports)
        self.party, self.clock_off = party, 0.0
        self.wire = Wire(exchange)
        self.exchange_address = f"http://127.0.0.1:{self.wire.port}"
        self.static.mkdir(parents=True, exist_ok=True)
        self.disk = Disk(data / "postgres")

    def start_services(self) -> None:
        super().start_services()
        self.environment.update(SETTINGS)

    def start_processes(self) -> None:
        """As ever but for the live process, which no scene watches."""
        super().start_processes()
        assert self.processes is not None
        self.processes.kill("live")

    def await_processes(self) -> None:
        self.await_web()
        self.await_exchange()
        self._await(self._worker_answers, "worker")

    def _await(self, ready: Callable[[], bool], name: str) -> None:
        def ready_again() -> bool:
            self.start_what_ended()
            return ready()

        super()._await(ready_again, name)

    def await_web(self) -> None:
        self._await(lambda: _healthy(self.web_port), "web")

    def await_doors(self, *names: str) -> None:
        """Those of these processes that answer requests."""
        if "web" in names:
            self.await_web()
        if "exchange" in names:
            self.await_exchange()

    # --- Harm ---------------------------------------------------------------------------------
    def kill(self, *names: str) -> None:
        """Kill processes or services with SIGKILL, and start them again."""
        assert self.processes is not None
        for name in names:
            if name in PROCESSES:
                self.processes.kill(name)
                self.processes.start_again(name)
            else:
                self.kill_service(name)
                self.start_service(name)
        self.await_doors(*names)

    def start_what_ended(self) -> None:
        """As a service manager does: a worker that loses its broker at the wrong moment ends by
        itself."""
        assert self.processes is not None
        for name, process in list(self.processes.running.items()):
            if name in PROCESSES and process.poll() is not None:
                self.processes.start_again(name)

    def mend_postgres(self) -> None:
        """Start PostgreSQL again if it has given up, or cannot recover by itself."""
        folder = self.data / "postgres"
        for _ in range(100):
            with suppress(psycopg.OperationalError), psycopg.connect(self.owner_url):
                return
            if not embedded.running().get(folder.resolve(), False):
                break
            time.sleep(0.1)
        embedded.stop(folder)
        with suppress(ServiceError):
            self.start_service("postgres")
            return
        self.start_service("postgres")

    def shift_clock(self, seconds: float) -> None:
        """Let the processes die and come back in another hour."""
        assert self.processes is not None
        self.clock_off = seconds
        self.processes.environment = self.shifted()
        self.kill(*PROCESSES)

    def shifted(self) -> dict[str, str]:
        """What a process of this node finds in its environment at the node's time."""
        if not self.clock_off:
            return self.environment
        path = f"{SHIFTED}:{self.environment['PYTHONPATH']}"
        return {**self.environment, "PYTHONPATH": path, "CLOCK_OFF": str(self.clock_off)}

    def empty_valkey(self) -> None:
        with redis.from_url(self.environment["REDIS_URL"]) as valkey:
            valkey.flushall()


@contextmanager
def pair(folder: Path, migrated: Migrated) -> Iterator[tuple[ChaosNode, ChaosNode]]:
    us, mx = ChaosNode(folder / "us", "US"), ChaosNode(folder / "mx", "MX")
    nodes = Nodes(us, mx)
    try:
        for node in nodes:
            migrated.start(node)
        nodes.enrol()
        for node in nodes:
            node.start_processes()
        nodes.together(lambda node: node.await_processes())
        yield us, mx
    finally:
        nodes.stop()
        for one in (us, mx):
            one.wire.close()
            one.disk.remove()
