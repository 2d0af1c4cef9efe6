"""What the log of the own Party holds of the last seven days, and what was refused in them."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
    return _week(identity).aggregate(
        entries=Count("pk"),
        readings=Count("pk", filter=Q(tag="record:read")),
        searches=Count("pk", filter=Q(tag="search:run")),
        refusals=Count("pk", filter=Q(tag=REFUSED)),
    )


def refusals(identity: Identity) -> panels.Summary:
    found = _week(identity).filter(tag=REFUSED)
    lines = tuple(
        panels.Line(
            actor_words(entry.actor_name) or "–",
            entry.at,
            reverse("audit-entry", args=[entry.pk]),
            chip=_permission(entry),
        )
        for entry in found.order_by("-at")[: panels.MOST_LINES]
    )
    if not lines:
        return panels.Summary(_("Nothing was refused in seven days."))
    number = found.count()
    words = ngettext(
        "%(number)s attempt was refused in seven days.",
        "%(number)s attempts were refused in seven days.",
        number,
    )
    return panels.Summary(words % {"number": number}, lines=lines)


def _permission(entry: Entry) -> str:
    name = str(entry.detail.get("permission", ""))
    return str(PERMISSIONS.get(name, name))


def _week(identity: Identity) -> QuerySet[Entry]:
    return Entry.objects.filter(party=identity.party, at__gt=clock.now() - WEEK)
