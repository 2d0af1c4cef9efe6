"""A record on paper: everything at once, marked at the head and foot of each sheet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cordillera import clock
from cordillera.access.decide import needs

from .. import kinds, queries
from ..reading import links, page
from ..reading.noted import note_reading
from .opening import summary_context


@needs("record.read")
@never_cache
@require_GET
def printed(request: Any, pk: UUID) -> HttpResponse:
    record = queries.get(request.identity, pk)
    version = queries.shown_version(request.identity, record)
    note_reading(request.identity, record, version, tag="record:print", own=True)
    context = summary_context(request, record, version)
    if not kinds.get(record.kind).is_answer:
        context |= page.answered(request.identity, record)
    context["outgoing"] = links.outgoing(version, context["linked"])
    context["printed_at"] = clock.now()
    return render(request, "records/print.html", context)
