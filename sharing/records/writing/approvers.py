"""Who can decide on a draft: the policy asks it again when they do."""

from __future__ import annotations

from cordillera.access.decide import permits
from cordillera.access.identity import Identity
from cordillera.parties.models import Officer

from ..models import Record, Version


def approvers(record: Record, version: Version, proposed_by: Identity) -> list[Officer]:
    """Officers of the originator who may approve `version`: none who wrote or proposed it."""
    involved = {*version.authors, proposed_by.account}
    people = Officer.objects.filter(
        party_id=record.originator_id, is_active=True, is_system=False
    ).order_by("name")
    return [
        officer
        for officer in people
        if officer.pk not in involved and permits(Identity.of(officer), "record.approve", record)
    ]
