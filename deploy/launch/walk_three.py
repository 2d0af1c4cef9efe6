"""./deploy/demo --check: the main job, step by step, across three nodes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from .demand import Refuted
from .nodes import Nodes
from .visitor import Visitor
from .walk import Officers, Step


class ThreeWalk:
    """The steps, in their order; what one finds out, the later ones use."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes, self.officers = nodes, Officers(nodes)

    def steps(self) -> Iterator[Step]:
        for username in ("us.officer", "us.supervisor", "mx.officer", "ca.officer"):
            yield partial(self.officers.sign_in, username)
        yield self.is_at_home_only

    def is_at_home_only(self) -> None:
        """us.officer has no account at the nodes of MX and CA"""
        for party in ("MX", "CA"):
            node = self.nodes.hosting(party)
            page = Visitor(node.address).sign_in("us.officer", node.password)
            if "/account/login/" not in page.url:
                raise Refuted(f"us.officer signed in at {node.address}.")
