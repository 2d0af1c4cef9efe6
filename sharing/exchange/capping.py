"""What the agreement of now keeps from a recipient, though it was decided when it was not capped."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from cordillera.parties import agreements
from sharing.records.models import Version


def capped(sender: str, recipient: str, versions: Iterable[UUID | None]) -> set[UUID]:
    """Which of these versions of ours break a ceiling. Where nothing is capped, nothing is read."""
    agreement = agreements.between(sender, recipient)
    if agreements.caps_nothing(agreement):
        return set()
    rows = Version.objects.filter(pk__in=[pk for pk in versions if pk]).values_list(
        "pk", "handling", "kind", "record__about__kind"
    )
    return {
        pk
        for pk, handling, kind, answered in rows
        if agreements.exceeded(agreement, handling, answered or kind)
    }
