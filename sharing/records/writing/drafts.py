"""The drafts an officer has begun, to go on with."""

from __future__ import annotations

from cordillera.access.identity import Identity

from .. import queries
from ..models import Record, Version

MOST = 8


def own_drafts(identity: Identity) -> list[Record]:
    """Open drafts and amendments in which this officer wrote, the latest first."""
    found = queries.visible(identity).filter(
        originator_id=identity.party,
        pending__state=Version.DRAFT,
        pending__authors__contains=[identity.account],
    )
    return list(found.order_by("-updated_at")[:MOST])
