"""The editor's side panel and outline for what is typed now, before anything is saved."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from cordillera.access.decide import needs
from cordillera.web import moments

from .. import kinds, queries
from ..writing import rows
from ..writing.form import Typed, bound
from ..writing.panel import panel
from ..writing.sections import outline


@require_POST
@needs("record.edit")
def preview(request: Any, pk: UUID) -> HttpResponse:
    record = queries.get(request.identity, pk, "record.edit")
    kind = kinds.get(record.kind)
    typed = Typed.of(kind, request.POST)
    beside = panel(
        request.identity, record, typed, lambda path: f"f-{rows.place(request.POST, path)}"
    )
    body, handling = bound(kind, typed)
    sections = outline(kind, body, handling, beside.problems, amends=record.current_id is not None)
    context = {"record": record, "kind": kind, "panel": beside, "sections": sections}
    return render(request, "records/editor/beside.html", context)


@require_safe
@needs("record.edit")
def draft_state(request: Any, pk: UUID) -> HttpResponse:
    """Who saved the open draft last, and its ETag: asked when an event says that it changed."""
    record = queries.get(request.identity, pk, "record.edit")
    version = record.pending
    if version is None:
        return JsonResponse({"state": record.state, "etag": "", "saved_by": ""})
    return JsonResponse(
        {
            "state": version.state,
            "etag": version.etag,
            "saved_by": version.saved_by,
            "saved_at": moments.words(version.saved_at, "time"),
        }
    )
