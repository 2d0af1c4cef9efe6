"""How long a peer is left alone after a try that failed."""

from __future__ import annotations

import random

from django.conf import settings

FIRST = 1.0


def seconds(attempts: int, after: float | None = None) -> float:
    """The pause before the next try, after so many that failed; `after`: what the peer asks for."""
    return growing(attempts) if after is None else asked_for(after)


def growing(attempts: int) -> float:
    """It doubles, and is by chance shorter, so that many channels do not come back at once."""
    longest = min(settings.EXCHANGE_LONGEST_PAUSE, FIRST * 2 ** min(attempts, 20))
    # Not for secrets: the spread alone matters.
    return random.uniform(FIRST / 4, longest)  # noqa: S311


def asked_for(after: float) -> float:
    """A little longer than the peer asks for, within our own bounds, and not all of its peers at one
    moment."""
    wanted = min(max(after, FIRST / 4), settings.EXCHANGE_LONGEST_PAUSE)
    later = random.uniform(wanted, 1.2 * wanted + FIRST / 4)  # noqa: S311 - as above
    return min(settings.EXCHANGE_LONGEST_PAUSE, later)
