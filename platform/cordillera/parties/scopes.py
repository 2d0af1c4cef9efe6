"""Which scopes a token of an account may name: what its own roles allow, never more."""

from __future__ import annotations

from dataclasses import replace

from cordillera.access.conditions import NONE, Condition
from cordillera.access.identity import SUPERVISOR, Identity
from cordillera.access.policy import SCOPES, TABLE

from .models import Officer


def allowed_scopes(officer: Officer) -> list[str]:
    """The scopes with which this account could do anything at all, in the table's order."""
    identity = Identity.of(officer)
    found = [name for name in SCOPES if _opens_something(identity, name)]
    if officer.is_system or SUPERVISOR not in officer.roles:
        found = [name for name in found if name != "release"]
    return found


def _opens_something(identity: Identity, scope: str) -> bool:
    """Whether some alternative of the table names the scope and suits the account's roles."""
    with_scope = replace(identity, scopes=frozenset({scope}))
    without = replace(identity, scopes=frozenset())
    return any(
        _suits(with_scope, alternative) and not _suits(without, alternative)
        for alternatives in TABLE.values()
        for alternative in alternatives
    )


def _suits(identity: Identity, alternative: tuple[Condition, ...]) -> bool:
    return all(condition.rows(identity) != NONE for condition in alternative)
