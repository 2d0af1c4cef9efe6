"""Look for a text in everything that a node keeps: its tables, its Valkey, its files.

Also for the same text in hexadecimal and in base64, since signed bytes are kept encoded.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .node import Node

TABLES = """
    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""


def found(node: Node, *texts: str) -> list[str]:
    """Where at the node one of the texts stands, in words; empty when nowhere."""
    needles = [needle for text in texts for needle in written(text)]
    return [*_in_tables(node, needles), *_in_valkey(node, needles), *_in_files(node, needles)]


def in_tables(node: Node, *texts: str) -> list[str]:
    """The tables of its database that hold one of the texts."""
    return list(_in_tables(node, [needle for text in texts for needle in written(text)]))


def written(text: str) -> list[str]:
    """The text as it is, in hexadecimal, and within base64 wherever it may begin."""
    raw = text.encode()
    return [text, raw.hex(), *sorted({one for before in (0, 1, 2) for one in _base64(raw, before)})]


def _base64(raw: bytes, before: int) -> Iterator[str]:
    """What base64 makes of it after so many other bytes, whatever follows it: without the character
    that it shares with what stands before, and with each that it may share with what comes after."""
    first, last = -(-before * 8 // 6), -(-(before + len(raw)) * 8 // 6)
    for following in range(256):
        yield b64encode(bytes(before) + raw + bytes([following])).decode()[first:last]


def _in_tables(node: Node, needles: Sequence[str]) -> Iterator[str]:
    import psycopg

    # The owner of the cluster, whom no policy binds: nothing is hidden from this look.
    with psycopg.connect(node.owner_url) as connection:
        for (table,) in connection.execute(TABLES).fetchall():
            query = f"SELECT count(*) FROM {table} AS row WHERE row::text LIKE ANY(%s)"  # noqa: S608
            counted = connection.execute(query, [[f"%{needle}%" for needle in needles]]).fetchone()
            if counted and counted[0]:
                yield f"{counted[0]} rows of {table}"


def _in_valkey(node: Node, needles: Sequence[str]) -> Iterator[str]:
    import redis

    wanted = [needle.encode() for needle in needles]
    with redis.from_url(node.environment["REDIS_URL"]) as client:
        for key in client.scan_iter(count=1000):
            kept = key + repr(_value(client, key)).encode()
            if any(needle in kept for needle in wanted):
                yield f"the key {key.decode(errors='replace')} of Valkey"


def _value(client: Any, key: bytes) -> Any:
    read = {
        b"string": lambda: client.get(key),
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: client.smembers(key),
        b"hash": lambda: client.hgetall(key),
        b"zset": lambda: client.zrange(key, 0, -1),
        b"stream": lambda: client.xrange(key),
    }
    return read.get(client.type(key), lambda: None)()


def _in_files(node: Node, needles: Sequence[str]) -> Iterator[str]:
    """Logs, Valkey's append-only file, the write-ahead log: every file of the node's folder."""
    wanted = [needle.encode() for needle in needles]
    for path in sorted(_files(node.data)):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue
        if any(needle in content for needle in wanted):
            yield f"the file {path.relative_to(node.data)}"


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_socket())
