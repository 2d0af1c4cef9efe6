"""What the log of the own Party holds of the last seven days, and what was refused in them."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit import queries
from audit.models import Entry
from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.words import PERMISSIONS
from cordillera.parties.words import actor_words

from .. import panels

WEEK = timedelta(days=7)
REFUSED = "access:refuse"


def figures(identity: Identity) -> dict[str, int]:
    """Entries, readings, searches and refusals of seven days."""
    tags = queries.tags(identity.party, clock.now() - WEEK)
    return {
        "entries": sum(tags.values()),
        "readings": tags["record:read"],
        "searches": tags["search:run"],
        "refusals": tags[REFUSED],
    }


def refusals(identity: Identity) -> panels.Summary:
    since = clock.now() - WEEK
    asked = queries.Question(since=since, tag=REFUSED)
    found = queries.page(identity.party, asked, size=panels.MOST_LINES).entries
    lines = tuple(
        panels.Line(
            actor_words(entry.actor_name) or "–",
            entry.at,
            reverse("audit-entry", args=[entry.pk]),
            chip=_permission(entry),
        )
        for entry in found
    )
    if not lines:
        return panels.Summary(_("Nothing was refused in seven days."))
    number = queries.tags(identity.party, since)[REFUSED]
    words = ngettext(
        "%(number)s attempt was refused in seven days.",
        "%(number)s attempts were refused in seven days.",
        number,
    )
    return panels.Summary(words % {"number": number}, lines=lines)


def _permission(entry: Entry) -> str:
    name = str(entry.detail.get("permission", ""))
    return str(PERMISSIONS.get(name, name))
