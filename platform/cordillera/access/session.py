"""Tell PostgreSQL who is asking, for the length of one transaction.

Row-level security reads these settings; code that runs without them sees no rows. They are local
to the transaction (`set_config(…, true)`), or a pooled connection would carry them to the next
user.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import connection, transaction

from .identity import AUDITOR, SUPERVISOR, Identity

_present: ContextVar[Identity | None] = ContextVar("identity", default=None)

SETTINGS = ("party", "account", "reader", "supervisor", "auditor", "node", "sender")


def present() -> Identity | None:
    """The identity that this code runs for, if any."""
    return _present.get()


def assume(identity: Identity | None) -> None:
    """Set the present transaction's identity; None clears it. Must be inside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("An identity can only be assumed inside a transaction.")
    values = {f"cordillera.{name}": value for name, value in _values(identity).items()}
    values |= _limits(identity)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join("set_config(%s, %s, true)" for _ in values),
            [part for pair in values.items() for part in pair],
        )
    _present.set(identity)


def _limits(identity: Identity | None) -> dict[str, str]:
    """How long PostgreSQL works on one statement, and waits for the next one, in this transaction.

    Migrations assume nobody, so nothing limits them. 0 is no limit, as for PostgreSQL itself.
    """
    node = identity is not None and identity.node
    seconds = settings.TASK_STATEMENT_SECONDS if node else settings.STATEMENT_SECONDS
    return {
        "statement_timeout": str(int(seconds * 1000)),
        "idle_in_transaction_session_timeout": str(
            int(settings.IDLE_IN_TRANSACTION_SECONDS * 1000)
        ),
    }


def _values(identity: Identity | None) -> dict[str, str]:
    if identity is None:
        return dict.fromkeys(SETTINGS, "")
    return {
        "party": identity.party,
        "account": str(identity.account or ""),
        "reader": "on" if identity.reads else "",
        "supervisor": "on" if SUPERVISOR in identity.roles else "",
        "auditor": "on" if AUDITOR in identity.roles else "",
        "node": "on" if identity.node else "",
        "sender": identity.sender,
    }


@contextmanager
def acting_as(identity: Identity | None) -> Iterator[None]:
    """One transaction as `identity`; afterwards whoever was present before is present again."""
    before = _present.get()
    nested = connection.in_atomic_block
    try:
        with transaction.atomic():
            assume(identity)
            yield
            if nested:
                # set_config outlives a released savepoint, so the outer identity is put back.
                assume(before)
    finally:
        _present.set(before)
