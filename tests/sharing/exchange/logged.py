"""What stands in a Party's log, as its auditor reads it."""

from __future__ import annotations

from audit.models import Entry
from cordillera.access.identity import AUDITOR, Identity
from cordillera.access.session import acting_as


def logged(party: str, tag: str) -> list[Entry]:
    """Its entries of this tag, oldest first."""
    auditor = Identity(party=party, account=None, name="", roles=frozenset({AUDITOR}))
    with acting_as(auditor):
        return list(Entry.objects.filter(party=party, tag=tag).order_by("at", "id"))
