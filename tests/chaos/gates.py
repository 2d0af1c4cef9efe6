"""Hold a node's transaction at its very commit, from outside and without a word in our code.

A deferred constraint trigger runs when COMMIT was said and all else is done. The one put here waits
for an advisory lock that the test holds: whoever said COMMIT can be killed there, and then the
transaction either ends well, as if he had died right behind it, or is rolled back, as if before.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from .pair import ChaosNode

#: What a transaction writes -> the key of the lock at its commit.
TABLES = {
    "records_outboxrow": 7001,
    "exchange_item": 7002,
    "exchange_receipt": 7003,
    "desk_inboxitem": 7004,
}
PATIENCE = 60.0
FUNCTION = """
CREATE OR REPLACE FUNCTION chaos_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::bigint);
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE CONSTRAINT TRIGGER chaos_gate AFTER INSERT OR UPDATE ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chaos_gate('{key}')
"""
HELD = """
SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = %s
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def build(node: ChaosNode) -> None:
    """The gates of a node; all stand open."""
    with psycopg.connect(node.owner_url, autocommit=True) as owner:
        owner.execute(FUNCTION)
        for table, key in TABLES.items():
            owner.execute(TRIGGER.format(table=table, key=key))


class Gate:
    def __init__(self, node: ChaosNode, owner: psycopg.Connection, key: int) -> None:
        self._node, self._owner, self._key = node, owner, key

    def await_commit(self) -> None:
        """Return when somebody stands at the gate."""
        deadline = time.monotonic() + PATIENCE
        while not self._held():
            assert time.monotonic() < deadline, "nobody came to commit"
            self._node.start_what_ended()
            time.sleep(0.02)

    def roll_back(self) -> None:
        """End those who stand there, and do not let them through."""
        for pid in self._held():
            self._owner.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    def _held(self) -> list[int]:
        return [pid for (pid,) in self._owner.execute(HELD, [self._key]).fetchall()]


@contextmanager
def shut(node: ChaosNode, table: str) -> Iterator[Gate]:
    """No transaction that wrote to the table commits until the end of the block."""
    key = TABLES[table]
    owner = psycopg.connect(node.owner_url, autocommit=True)
    try:
        owner.execute("SELECT pg_advisory_lock(%s)", [key])
        yield Gate(node, owner, key)
    finally:
        owner.close()  # also where its server has been killed meanwhile
