"""The one way into the log. Call it inside the action's transaction: both happen or neither."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID, uuid4

from django.db import connection
from psycopg.types.json import Json

from .models import Entry


class Actor(Protocol):
    """Whoever acts: an identity, seen from here only by what the log writes down."""

    @property
    def party(self) -> str: ...
    @property
    def account(self) -> UUID | None: ...
    @property
    def name(self) -> str: ...


def write(
    tag: str,
    *,
    actor: Actor | None,
    about: object = "",
    detail: dict[str, Any] | None = None,
    purpose: str = "",
) -> None:
    """Append one entry.

    `tag` is subject:verb. `about` is an id or a reference, `detail` JSON of short texts and
    numbers. Raises RuntimeError outside a transaction, since the entry could then stand alone.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An audit entry is written in its action's transaction.")
    values: dict[str, Any] = {
        "id": uuid4(),
        "tag": tag,
        "party": actor.party if actor else "",
        "actor": str(actor.account or "") if actor else "",
        "actor_name": actor.name[:150] if actor else "",
        "about": str(about)[:100],
        "purpose": purpose[:300],
        "detail": Json(detail or {}),
    }
    # By hand, because INSERT … RETURNING would need the right to read the log.
    columns = ", ".join(values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Entry._meta.db_table} ({columns}) "  # noqa: S608 - our own names
            f"VALUES ({', '.join(['%s'] * len(values))})",
            list(values.values()),
        )
