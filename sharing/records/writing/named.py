"""The officers whom a TLP:RED record can name."""

from __future__ import annotations

from dataclasses import dataclass

from cordillera.access.identity import READING_ROLES, Identity
from cordillera.parties import queries as parties
from cordillera.parties.models import Officer


@dataclass(frozen=True, slots=True)
class Choice:
    """One officer to tick, with the name of his box; `at` is his place in the posted list."""

    officer: Officer
    name: str
    chosen: bool


def choices(identity: Identity, chosen: list[str]) -> list[Choice]:
    """The contacts of all Parties and the own readers, by Party and name."""
    listed = parties.contacts().filter(roles__overlap=list(READING_ROLES))
    own = Officer.objects.filter(
        party_id=identity.party,
        is_active=True,
        is_system=False,
        roles__overlap=list(READING_ROLES),
    )
    people = (listed | own).distinct().select_related("unit").order_by("party_id", "name")
    return [
        Choice(officer, f"handling-named-{at}", str(officer.pk) in chosen)
        for at, officer in enumerate(people)
    ]
