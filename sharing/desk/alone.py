"""One worker at a time for one Party's work: an advisory lock, held until the transaction ends."""

from __future__ import annotations

from django.db import connection

TRY = "SELECT pg_try_advisory_xact_lock(hashtext(%s), hashtext(%s))"
WAIT = "SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))"


def alone(work: str, party: str, *, wait: bool = False) -> bool:
    """Whether this transaction has `work` of `party` to itself; with `wait`, once it has."""
    with connection.cursor() as cursor:
        cursor.execute(WAIT if wait else TRY, [work, party])
        return wait or bool(cursor.fetchone()[0])
