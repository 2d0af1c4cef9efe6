"""A record's versions: the list with each signature checked, one of them whole, and differences."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cordillera.access.decide import needs

from .. import queries
from ..reading import comparing, page
from ..reading.noted import note_reading
from .opening import opened, show


@needs("record.read")
@never_cache
@require_GET
def versions(request: Any, pk: UUID) -> HttpResponse:
    """`?old=1&new=3` chooses which two are compared; the last two by default."""
    record, version = opened(request, pk, "versions")
    found = queries.versions(request.identity, record)
    pair = comparing.chosen(found, request.GET.get("old", ""), request.GET.get("new", ""))
    context = page.frame(request.identity, record, version, "versions")
    context["listed"] = comparing.listed(found)
    if pair:
        context["old"], context["new"] = pair
        context["differences"] = comparing.differences(*pair)
    return show(request, context)


@needs("record.read")
@never_cache
@require_GET
def version(request: Any, pk: UUID, number: int) -> HttpResponse:
    """One version whole, as it was released."""
    record = queries.get(request.identity, pk)
    found = queries.versions(request.identity, record)
    wanted = next((v for v in found if v.number == number), None)
    if wanted is None:
        raise Http404
    note_reading(request.identity, record, wanted, part="version")
    context = page.frame(request.identity, record, wanted, "versions")
    context |= page.summary(request.identity, record, wanted)
    context["only_version"] = wanted
    return show(request, context)
