"""One record: what it says, what was answered, what it is linked with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cordillera.access.decide import needs

from .. import disputes, queries
from ..reading import links as linking
from ..reading import page
from ..reading.noted import note_reading
from .opening import opened, show, summary_context


@needs("record.read")
@never_cache
@require_GET
def summary(request: Any, pk: UUID) -> HttpResponse:
    record, version = opened(request, pk)
    return show(request, summary_context(request, record, version))


@needs("record.read")
@never_cache
@require_GET
def answers(request: Any, pk: UUID) -> HttpResponse:
    """Who has acknowledged and who has not yet; sightings and comments as they came."""
    record, version = opened(request, pk, "answers")
    context = page.frame(request.identity, record, version, "answers")
    return show(request, context | page.answered(request.identity, record))


@needs("record.read")
@never_cache
@require_GET
def links(request: Any, pk: UUID) -> HttpResponse:
    """Records that this one names and records that name it, among those the reader sees."""
    record, version = opened(request, pk, "links")
    known = linking.linked(request.identity, version)
    context = page.frame(request.identity, record, version, "links")
    context["outgoing"] = linking.outgoing(version, known)
    context["incoming"] = linking.incoming(request.identity, record)
    disputes.mark([one.record for one in (*context["outgoing"], *context["incoming"])])
    return show(request, context)


@needs("record.read")
@never_cache
@require_GET
def signed(request: Any, pk: UUID, number: int) -> HttpResponse:
    """The exact signed bytes of one version, for who wants to verify them elsewhere."""
    record = queries.get(request.identity, pk)
    found = [v for v in queries.versions(request.identity, record) if v.number == number and v.jws]
    if not found:
        raise Http404
    note_reading(request.identity, record, found[0], tag="record:download", own=True)
    response = HttpResponse(found[0].jws, content_type="application/jose")
    name = f"{record.reference or record.pk}-v{number}.jws"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
