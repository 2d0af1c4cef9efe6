"""What a hosted Party may release to each other one, and whether it shares with it at all.

A ceiling caps what leaves for the other Party, and what is accepted from it; suspending stops what
leaves: to a Party on another node it queues, on one and the same node a release is refused.

Whose record was opened is told how often. By whom is the reader's own Party's business, unless it
chooses to name its officers to that Party; then from the choice on, since the officers were not told
before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from audit import log
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity
from cordillera.doorbell import ring

from .acting import acting
from .models import Agreement, Party
from .models.trust import TLP
from .text import line

Choices = Callable[[], Iterable[tuple[str, Any]]]


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why this may not go to that Party."""

    code: str
    message: Any


#: Sent when `party` chooses to name its officers to the `other` Party no longer, in that transaction.
hidden = Signal()
#: Set by the area that has kinds: (code, label) of those that can be capped.
_kinds: list[Choices] = []


def register_kinds(choices: Choices) -> None:
    """`choices` names the kinds of records, for the administrator's page."""
    _kinds[:] = [choices]


def kinds() -> list[tuple[str, Any]]:
    return [choice for choices in _kinds for choice in choices()]


def between(party_code: str, other: str) -> Agreement:
    """The pair's agreement; where none was made, one without limits (not saved)."""
    found = Agreement.objects.filter(party_id=party_code, other_id=other).first()
    return found or Agreement(party_id=party_code, other_id=other)


def is_suspended(party_code: str, other: str) -> bool:
    """Whether `party_code` has suspended sharing with `other`."""
    return Agreement.objects.filter(
        party_id=party_code, other_id=other, suspended_at__isnull=False
    ).exists()


def names_since(party_code: str, other: str) -> datetime | None:
    """Since when `party_code` names its officers to `other`, whose records they open; None: it does
    not."""
    return between(party_code, other).names_since


def problems(party_code: str, other: str, handling: dict[str, Any], kind: str) -> list[Problem]:
    """Which ceilings a record of this handling and kind breaks between the two; empty: none.

    `kind` of an answer is that of the record it answers.
    """
    return exceeded(between(party_code, other), handling, kind)


def exceeded(agreement: Agreement, handling: dict[str, Any], kind: str) -> list[Problem]:
    """Codes: tlp, kind, personal_data. Pure."""
    found = []
    tlp = handling.get("tlp") or "RED"
    if tlp not in TLP or TLP.index(tlp) < TLP.index(agreement.highest_tlp):
        message = _("TLP:%(highest)s is the strictest that may be released to %(other)s.")
        found.append(_problem("tlp", message, agreement, highest=agreement.highest_tlp))
    if agreement.kinds is not None and kind not in agreement.kinds:
        message = _("Records of this kind may not be released to %(other)s.")
        found.append(_problem("kind", message, agreement))
    if not agreement.personal_data and "personal" in (handling.get("contains") or ()):
        message = _("Personal data may not be released to %(other)s.")
        found.append(_problem("personal_data", message, agreement))
    return found


def caps_nothing(agreement: Agreement) -> bool:
    """Whether every record may go. (Suspending is another question.)"""
    return agreement.highest_tlp == TLP[0] and agreement.kinds is None and agreement.personal_data


def release_problems(
    party_code: str, audience: Iterable[str], handling: dict[str, Any], kind: str
) -> dict[str, list[Problem]]:
    """Per Party of the audience why it may not be released to; only those with a reason."""
    made = {
        one.other_id: one
        for one in Agreement.objects.filter(party_id=party_code, other_id__in=list(audience))
    }
    found = {}
    for other, agreement in sorted(made.items()):
        wrong = exceeded(agreement, handling, kind)
        if agreement.suspended_at and other in settings.HOSTED_PARTIES:
            # On one node there is no channel that could wait.
            message = _("Sharing with %(other)s is suspended.")
            wrong.append(_problem("suspended", message, agreement))
        if wrong:
            found[other] = wrong
    return found


def _problem(code: str, message: Any, agreement: Agreement, **words: str) -> Problem:
    return Problem(code, message % {"other": agreement.other_id, **words})


# --- Changing ---------------------------------------------------------------------------------


@transaction.atomic
def change(
    party_code: str,
    other: str,
    *,
    highest_tlp: str,
    kinds: Iterable[str] | None,
    personal_data: bool,
    by: Identity | None = None,
) -> Agreement:
    """Set the ceilings; `kinds` None for every kind. Raises ValidationError."""
    row = _locked(party_code, other, by)
    row.highest_tlp = highest_tlp
    row.kinds = None if kinds is None else sorted(set(kinds))
    row.personal_data = personal_data
    row.full_clean(validate_unique=False, validate_constraints=False)
    row.save()
    detail = {"tlp": row.highest_tlp, "kinds": row.kinds, "personal_data": personal_data}
    log.write("agreement:change", actor=acting(by, party_code), about=other, detail=detail)
    return row


@transaction.atomic
def suspend(party_code: str, other: str, *, reason: str, by: Identity | None = None) -> Agreement:
    """Nothing more leaves for `other` until sharing is resumed."""
    row = _locked(party_code, other, by)
    row.suspended_at, row.suspended_by = clock.now(), acting(by, party_code).name
    row.reason = line("reason", reason)
    row.full_clean(validate_unique=False)
    row.save()
    detail = {"reason": row.reason}
    log.write("agreement:suspend", actor=acting(by, party_code), about=other, detail=detail)
    return row


@transaction.atomic
def resume(party_code: str, other: str, *, by: Identity | None = None) -> Agreement:
    """Share again: what queued leaves now."""
    row = _locked(party_code, other, by)
    row.suspended_at, row.suspended_by, row.reason = None, "", ""
    row.save()
    log.write("agreement:resume", actor=acting(by, party_code), about=other)
    ring("exchange.drain", party_code, other)
    return row


@transaction.atomic
def name_readers(
    party_code: str, other: str, *, wanted: bool, by: Identity | None = None
) -> Agreement:
    """From now on tell `other` which officers open its records, or no longer. What it was told stays
    with it. Choosing what is chosen already changes nothing."""
    row = _locked(party_code, other, by)
    if wanted == (row.names_since is not None):
        return row
    row.names_since = clock.now() if wanted else None
    row.save()
    tag = "agreement:name-readers" if wanted else "agreement:hide-readers"
    log.write(tag, actor=acting(by, party_code), about=other)
    if not wanted:
        hidden.send(Agreement, party=party_code, other=other)
    return row


def _locked(party_code: str, other: str, by: Identity | None) -> Agreement:
    if by is not None:
        require(by, "agreement.manage", Agreement(party_id=party_code, other_id=other))
    Party.objects.select_for_update().get(code=party_code)
    row, _made = Agreement.objects.get_or_create(party_id=party_code, other_id=other)
    return row
