"""The nodes of one demonstration: three that host one Party each, or the one hub.

What takes long at each is done at all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import history
from .environment import secret, typeable
from .node import Node
from .place import Stamp
from .say import step

PARTIES = ("US", "MX", "CA")
#: Where a node answers: the ports of its pages, of its live events, and of other nodes' requests.
Ports = tuple[int, int, int]


def _node(data: Path, name: str, hosted: Sequence[str], ports: Ports, static: Path) -> Node:
    web, live, exchange = ports
    return Node(
        data,
        name,
        hosted,
        web_port=web,
        live_port=live,
        exchange_port=exchange,
        static=static,
    )


class Nodes:
    """Nodes by the name of their folder, as `nodes["us"]`; `start` serves, `stop` leaves nothing."""

    def __init__(self, *nodes: Node) -> None:
        self._nodes = {node.name: node for node in nodes}

    @classmethod
    def hub(cls, data: Path, ports: Ports) -> Nodes:
        return cls(_node(data / "hub", "hub", PARTIES, ports, data / "static"))

    @classmethod
    def three(cls, data: Path, ports: Sequence[Ports]) -> Nodes:
        """US, MX and CA in folders of `data`, each at its ports."""
        # One password for all demo officers: who tries it out signs in at each node in turn.
        password = secret(data / "demo_password", typeable)
        static = data / "static"
        nodes = []
        for party, own in zip(PARTIES, ports, strict=True):
            name = party.lower()
            node = _node(data / name, name, [party], own, static)
            node.password = password
            nodes.append(node)
        return cls(*nodes)

    def __getitem__(self, name: str) -> Node:
        return self._nodes[name]

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes.values())

    def hosting(self, party: str) -> Node:
        return next(node for node in self if party in node.hosted)

    # --- Starting and stopping ----------------------------------------------------------------
    def start(self) -> None:
        self.prepare()
        self.load()
        self.introduce()
        self.serve()

    def prepare(self) -> None:
        """Everything but content and the application's own processes."""
        with step("Starting PostgreSQL and Valkey"):
            self.together(Node.start_services)
        with step("Bringing the databases up to date"):
            self.together(Node.migrate)
        with step("Collecting the static files"):
            next(iter(self)).collect_static()

    def load(self) -> None:
        """The demo's Parties, officers and records, if they are not there."""
        stamps = [Stamp(node.data / "demo_data", "loaded") for node in self]
        if all(stamp.fits() for stamp in stamps):
            return
        with step("Loading the demo data") as tell:
            if len(stamps) == 1:
                next(iter(self)).manage("demo_data", "--once", tell=tell)
            else:
                self._play(tell)
        for stamp in (*stamps, *self._known()):
            stamp.set()

    def introduce(self) -> None:
        """Tell the nodes where the others are reached, where that has changed, as with another port."""
        known = self._known()
        if len(known) == 1 or all(stamp.fits() for stamp in known):
            return
        with step("Telling the nodes each other's addresses"):
            self.together(_announce)
            files = {node.name: str(node.data / "keyset.jws") for node in self}
            self.together(lambda node: _hear(node, [files[x] for x in files if x != node.name]))
        for stamp in known:
            stamp.set()

    def _known(self) -> list[Stamp]:
        """Which addresses each node was told."""
        addresses = "\n".join(node.exchange_address for node in self)
        return [Stamp(node.data / "addresses", addresses) for node in self]

    def enrol(self) -> None:
        """The Parties, enrolled with each other, and their officers; no record: for benchmarks and
        tests that make their own."""
        with step("Enrolling the Parties with each other"):
            history.enrol(list(self))

    def _play(self, tell: Callable[[str], None]) -> None:
        """Several nodes cannot load in one transaction: one that was interrupted begins anew."""
        begun = [Stamp(node.data / "demo_data", "begun") for node in self]
        if any(stamp.path.exists() for stamp in begun):
            self.together(Node.empty)
        for stamp in begun:
            stamp.set()
        history.load(list(self), tell)

    def serve(self) -> None:
        with step("Starting web, live events, exchange, worker and clock"):
            for node in self:
                node.start_processes()
            self.together(Node.await_processes)

    def stop(self) -> None:
        for node in self:
            if node.processes:
                node.processes.ask_to_stop()
        for node in self:
            node.stop()

    def check(self) -> None:
        """Raise Trouble if anything has ended by itself."""
        for node in self:
            node.check()

    def together(self, act: Callable[[Node], object]) -> None:
        """Do it at every node at once; the first trouble is raised when all have ended."""
        with ThreadPoolExecutor(len(self._nodes)) as pool:
            doing = [pool.submit(act, node) for node in self]
            try:
                for one in doing:
                    one.result()
            except BaseException:
                for node in self:
                    node.interrupt()
                raise


def _announce(node: Node) -> None:
    for party in node.hosted:
        node.manage("party", "address", party, node.exchange_address)
        node.manage("party", "export", party, "--out", str(node.data / "keyset.jws"))


def _hear(node: Node, files: Sequence[str]) -> None:
    for file in files:
        node.manage("party", "import", file, "--yes")
