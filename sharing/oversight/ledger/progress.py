"""How far an export is, told while its transaction is still open. Losing it loses nothing."""

from __future__ import annotations

from uuid import UUID

from django.core.cache import cache

HOUR = 3600


def tell(export: UUID, done: int) -> None:
    try:
        cache.set(_key(export), done, HOUR)
    except Exception:
        return


def heard(export: UUID) -> int:
    try:
        return int(cache.get(_key(export)) or 0)
    except Exception:
        return 0


def _key(export: UUID) -> str:
    return f"ledger-export:{export}"
