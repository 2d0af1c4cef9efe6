"""To whom an item of the inbox may be referred."""

from __future__ import annotations

from cordillera.access.identity import READING_ROLES, Identity
from cordillera.parties.models import Officer, Unit

from .models import InboxItem

MOST = 500


def units(identity: Identity) -> list[Unit]:
    """The own Party's units in use."""
    return list(Unit.objects.filter(party=identity.party, is_active=True))


def colleagues(found: InboxItem) -> list[Officer]:
    """The officers of the Party to whom it may be referred."""
    people = Officer.objects.filter(
        party=found.party_id,
        is_active=True,
        is_system=False,
        roles__overlap=sorted(READING_ROLES),
    ).select_related("unit")
    if found.named is not None:
        people = people.filter(pk__in=found.named)
    return list(people.order_by("name")[:MOST])
