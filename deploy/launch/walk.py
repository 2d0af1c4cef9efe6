"""./deploy/demo --check: the main job, step by step, through the processes that serve it."""

from __future__ import annotations

from .node import Node
from .say import line
from .visitor import Visitor


class Refuted(Exception):
    """A step did not go as it must; the text says what came and what was wanted."""


def walk(node: Node) -> int:
    """Walk the main job with a line per step; the exit code."""
    try:
        signed_in(node, "us.officer")
    except (Refuted, LookupError) as error:
        line(f"✗ {error}")
        return 1
    return 0


def signed_in(node: Node, username: str) -> Visitor:
    visitor = Visitor(node.address)
    page = visitor.sign_in(username, node.password)
    if page.status != 200 or "/account/login/" in page.url:
        raise Refuted(f"{username} could not sign in: {page.url} answered {page.status}.")
    line(f"✓ {username} signs in")
    return visitor
