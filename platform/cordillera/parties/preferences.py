"""What each Party sets for itself: how long its records last, when its digests go out."""

from __future__ import annotations

from dataclasses import dataclass, fields

from .models import Party


@dataclass(frozen=True, slots=True)
class Preferences:
    """Defaults hold until the Party's administrator sets another value."""

    review_months: int = 12
    expiry_months: int = 36
    warning_days: int = 30
    digest_hour: int = 7
    invitation_days: int = 7
    token_days: int = 90


#: The least and the most that a Party may set.
BOUNDS = {
    "review_months": (1, 12),
    "expiry_months": (1, 120),
    "warning_days": (1, 90),
    "digest_hour": (0, 23),
    "invitation_days": (1, 30),
    "token_days": (1, 365),
}


def of(party: Party) -> Preferences:
    known = {field.name for field in fields(Preferences)}
    return Preferences(**{k: v for k, v in party.settings.items() if k in known})
