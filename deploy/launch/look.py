"""What the walk reads in the nodes' databases, where no page shows it so exactly."""

from __future__ import annotations

from typing import Any

from .node import Node

CHANNEL = """
    FROM exchange_item AS item JOIN exchange_channel AS channel ON channel.id = item.channel_id
"""


def reference(node: Node, record: str) -> str:
    """The record's reference, as US-OA-2026-00012."""
    return str(_rows(node, "SELECT reference FROM records_record WHERE id = %s", record)[0][0])


def sent(node: Node, record: str, recipient: str) -> int:
    """How many items about the record this node has for the recipient."""
    where = "WHERE channel.recipient = %s AND item.record_id = %s"
    return int(_rows(node, f"SELECT count(*) {CHANNEL} {where}", recipient, record)[0][0])


def received(node: Node, sender: str) -> list[str]:
    """The records whose versions this node applied from the sender, in the order of the channel."""
    where = "WHERE channel.sender = %s AND item.type = 'version' AND item.outcome = 'applied'"
    rows = _rows(
        node, f"SELECT item.record_id {CHANNEL} {where} ORDER BY item.epoch, item.seq", sender
    )
    return [str(pk) for (pk,) in rows]


def numbers(node: Node, sender: str) -> list[int]:
    """The numbers of all items that came from the sender."""
    rows = _rows(
        node,
        f"SELECT item.seq {CHANNEL} WHERE channel.sender = %s ORDER BY item.epoch, item.seq",
        sender,
    )
    return [int(seq) for (seq,) in rows]


def signed(node: Node) -> int:
    """How many entries the newest checkpoint of the node's log holds."""
    return int(_rows(node, "SELECT coalesce(max(size), 0) FROM audit_checkpoint")[0][0])


def cosigned(node: Node) -> dict[str, int]:
    """How many entries of the node's log each witness has co-signed."""
    rows = _rows(node, "SELECT witness, max(size) FROM audit_cosignature GROUP BY witness")
    return {witness: int(size) for witness, size in rows}


def _rows(node: Node, query: str, *values: str) -> list[tuple[Any, ...]]:
    import psycopg

    with psycopg.connect(node.owner_url) as connection:
        return connection.execute(query, values).fetchall()
