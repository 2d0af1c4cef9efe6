"""How it stands with the witnesses of this node's log: who has co-signed how much, who is asked again
and when."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from . import claims, cosigning, keys
from .cosigning import Outcome
from .database import whole_log
from .models import Asking, SignedCheckpoint

FIRST_PAUSE = 1.0
CURRENT, BEHIND, UNASKED = "current", "behind", "unasked"
UNREACHABLE, REFUSED, UNNAMED = "unreachable", "refused", "unnamed"
CLAIMS, DISPROVED = claims.CLAIMS, claims.DISPROVED


@dataclass(frozen=True, slots=True)
class WitnessState:
    """One witness. `party`: whose it is, as "MX" or, of a node that hosts several, "CA, US".

    `state`: current (it has co-signed our last checkpoint), behind (not yet), unasked (never so
    far), unreachable, refused, claims (it says that our log is not the one that it co-signed, and
    does not prove it), disproved (it has proved it), or unnamed: the Party must co-sign and has
    announced no witness; its `name` is empty then. `size` and `moment` are of the last checkpoint that
    it co-signed, `behind` how many signed entries came since. `error` says what went wrong the last
    time, in English.
    """

    name: str
    party: str
    state: str
    size: int
    moment: datetime | None
    behind: int
    required: bool
    error: str = ""
    asked_at: datetime | None = None
    next_at: datetime | None = None


def witness_states() -> list[WitnessState]:
    """Every witness that is trusted here, and every Party that must co-sign and has none."""
    quorum = cosigning.quorum()
    with whole_log():
        last = SignedCheckpoint.objects.first()
        signed = last.size if last else 0
        found = [
            _state(name, parties, signed, quorum) for name, parties in keys.witnesses().items()
        ]
    unnamed = [party for party, names in quorum.parties.items() if not names]
    return [*found, *(WitnessState("", one, UNNAMED, 0, None, signed, True) for one in unnamed)]


def _state(name: str, parties: list[str], signed: int, quorum: cosigning.Quorum) -> WitnessState:
    held = cosigning.cosignatures().filter(witness=name).order_by("-size").first()
    asked = Asking.objects.filter(pk=name).first()
    size = held.size if held else 0
    failed = asked is not None and asked.failures > 0
    return WitnessState(
        name=name,
        party=", ".join(sorted(parties)),
        state=_word(asked, size, signed),
        size=size,
        moment=held.moment if held else None,
        behind=max(0, signed - size),
        required=any(party in quorum.parties for party in parties),
        error=asked.message if asked and failed else "",
        asked_at=asked.asked_at if asked else None,
        next_at=asked.next_at if asked else None,
    )


def _word(asked: Asking | None, size: int, signed: int) -> str:
    if asked is not None and asked.failures:
        return asked.state if asked.state in (REFUSED, CLAIMS, DISPROVED) else UNREACHABLE
    if size >= signed and size:
        return CURRENT
    return UNASKED if asked is None else BEHIND


def due(names: Iterable[str] | None = None) -> list[str]:
    """The witnesses that have something to co-sign and may be asked now."""
    now = datetime.now(UTC)
    with whole_log():
        last = SignedCheckpoint.objects.first()
        waiting = set(Asking.objects.filter(next_at__gt=now).values_list("witness", flat=True))
        counted = cosigning.cosignatures()
        return [
            name
            for name in (cosigning.witness_names() if names is None else names)
            if last
            and name not in waiting
            and not counted.filter(witness=name, size__gte=last.size).exists()
        ]


def note(outcome: Outcome, longest: float) -> None:
    """Write down how it went; after a failure the next try waits, twice as long each time and at
    most `longest` seconds, by chance shorter; or as long as the witness asks."""
    now = datetime.now(UTC)
    with whole_log():
        if outcome.state in ("cosigned", "current"):
            kept = {"state": "cosigned", "message": "", "failures": 0, "next_at": None}
        else:
            held = Asking.objects.filter(pk=outcome.witness).first()
            failures = (held.failures if held else 0) + 1
            pause = _pause(failures, outcome.after, longest)
            kept = {
                "state": outcome.state,
                "message": outcome.message,
                "failures": failures,
                "next_at": now + timedelta(seconds=pause),
            }
        Asking.objects.update_or_create(pk=outcome.witness, defaults={**kept, "asked_at": now})


def _pause(failures: int, after: float | None, longest: float) -> float:
    least, most = FIRST_PAUSE / 4, FIRST_PAUSE * 2 ** min(failures, 20)
    if after is not None:
        least, most = after, 1.2 * after + FIRST_PAUSE / 4
    return random.uniform(min(longest, least), min(longest, most))  # noqa: S311 - for the spread


def at_once(party: str) -> list[str]:
    """This Party was heard from: of its witnesses those that waited for their next try, and need
    wait no longer."""
    with whole_log():
        waiting = Asking.objects.filter(next_at__isnull=False)
        names = list(waiting.values_list("witness", flat=True))
        known = keys.witnesses() if names else {}
        found = [name for name in names if party in known.get(name, ())]
        if found:
            waiting.filter(pk__in=found).update(next_at=None)
    return found
