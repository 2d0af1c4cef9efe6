"""The drafts an officer has begun, to go on with."""

from __future__ import annotations

from cordillera.access.identity import Identity

from .. import lifecycle, queries
from ..models import Record, Version

MOST = 8
#: A record in another state has no open version; the index finds these among all of a Party's.
WRITTEN_IN = (lifecycle.DRAFT, lifecycle.IN_REVIEW, lifecycle.AMENDED)


def own_drafts(
    identity: Identity, states: tuple[str, ...] = (Version.DRAFT,), most: int = MOST
) -> list[Record]:
    """Drafts and amendments in these states in which this officer wrote, the latest first."""
    found = queries.visible(identity).filter(
        originator_id=identity.party,
        state__in=WRITTEN_IN,
        pending__state__in=states,
        pending__authors__contains=[identity.account],
    )
    return list(found.select_related(None).order_by("-updated_at")[:most])
