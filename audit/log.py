"""The one way into the log. Call it inside the action's transaction: both happen or neither.

The runtime role may not insert entries; it may call the database function `audit_write`, which sets
the moment and the id itself, and nothing but this module does.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from .text import SALT_BYTES
from .wiring import wired

#: One ring is enough for all that a process writes within this many seconds.
RING_EVERY = 0.2
_rung = [0.0]


class Actor(Protocol):
    """Whoever acts: an identity, seen from here only by what the log writes down."""

    @property
    def party(self) -> str: ...
    @property
    def account(self) -> UUID | None: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class NodeOf:
    """The node itself, writing into the log of a Party that it hosts."""

    party: str
    account: UUID | None = None
    name: str = ""


def write(
    tag: str,
    *,
    actor: Actor | None,
    about: object = "",
    detail: dict[str, Any] | None = None,
    purpose: str = "",
) -> UUID:
    """Append one entry and return its id; the sequencer gives it its index after the commit.

    `tag` is subject:verb. `about` is an id or a reference, `detail` JSON of short texts and
    numbers. Raises RuntimeError outside a transaction, since the entry could then stand alone.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An audit entry is written in its action's transaction.")
    values: list[Any] = [
        tag,
        actor.party if actor else "",
        str(actor.account or "") if actor else "",
        actor.name[:150] if actor else "",
        str(about)[:100],
        purpose[:300],
        Jsonb(detail or {}),
        os.urandom(SALT_BYTES),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_write(%s, %s, %s, %s, %s, %s, %s, %s)", values)
        entry: UUID = cursor.fetchone()[0]
    transaction.on_commit(_ring)
    return entry


def write_all(
    tag: str, entries: Sequence[tuple[object, dict[str, Any]]], *, actor: Actor | None
) -> None:
    """Append an entry for each `about` and `detail`, in their order, by one statement."""
    if not connection.in_atomic_block:
        raise RuntimeError("An audit entry is written in its action's transaction.")
    if not entries:
        return
    who = [
        actor.party if actor else "",
        str(actor.account or "") if actor else "",
        actor.name[:150] if actor else "",
    ]
    columns: list[list[Any]] = [
        [str(about)[:100] for about, _ in entries],
        [Jsonb(detail) for _, detail in entries],
        [os.urandom(SALT_BYTES) for _ in entries],
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(audit_write(%s, %s, %s, %s, g.about, '', g.detail, g.salt))"
            " FROM unnest(%s::text[], %s::jsonb[], %s::bytea[]) AS g(about, detail, salt)",
            [tag, *who, *columns],
        )
    transaction.on_commit(_ring)


def _ring() -> None:
    now = time.monotonic()
    if now - _rung[0] > RING_EVERY:
        _rung[0] = now
        wired().ring("audit.sequence")
