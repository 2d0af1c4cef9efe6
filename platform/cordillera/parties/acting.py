"""Who acts at the shell: the operator of the node, for a Party that it hosts."""

from __future__ import annotations

from cordillera.access.identity import Identity


def acting(by: Identity | None, party_code: str) -> Identity:
    """`by`, or the operator; the log entry is then the Party's own either way."""
    return by or Identity(party=party_code, account=None, name="operator", node=True)
