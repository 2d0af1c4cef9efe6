"""Reads of the watch, each starting from what the auditor may see."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case, QuerySet, Value, When
from django.http import Http404

from audit.models import Entry
from cordillera.access.decide import permits
from cordillera.access.identity import Identity

from ..models import Notice


def notices(identity: Identity) -> QuerySet[Notice]:
    """Open ones first, each with the latest first."""
    first = Case(When(outcome="", then=Value(0)), default=Value(1))
    found: QuerySet[Notice] = Notice.objects.visible_to(identity)
    return found.order_by(first, "-ends_at", "-pk")


def notice(identity: Identity, pk: UUID) -> Notice:
    found: Notice | None = Notice.objects.visible_to(identity).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def entries(identity: Identity, found: Notice) -> list[Entry]:
    """The entries attached to it, in the order of time."""
    return list(Entry.objects.filter(party=identity.party, pk__in=found.entries).order_by("at"))


def waiting(identity: Identity) -> int:
    """How many notices are open: the navigation's count."""
    if not permits(identity, "watch.read"):
        return 0
    return int(Notice.objects.visible_to(identity).filter(outcome="").count())
