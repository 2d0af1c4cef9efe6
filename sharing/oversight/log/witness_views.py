"""Who holds this node's log honest, and what was found."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from audit import log, standing
from cordillera.access.decide import needs

from . import witnesses as known
from .pages import tabs


@needs("audit.read")
@never_cache
@require_GET
def witnesses(request: Any) -> HttpResponse:
    context = {
        "look": standing.look([]),
        "witnesses": known.witnesses(),
        "findings": known.findings(),
        "tabs": tabs(),
        "tab": "witnesses",
    }
    return render(request, "oversight/log/witnesses.html", context)


@needs("audit.read")
@never_cache
@require_GET
def evidence(request: Any, pk: int) -> HttpResponse:
    """The signed notes of a finding, as they came. That they were taken is an entry."""
    found = known.finding(pk)
    if found is None:
        raise Http404
    log.write("audit:evidence", actor=request.identity, about=f"{found.kind} {found.pk}")
    text = f"{found.origin}: {found.kind}\n{found.at.isoformat()}\n{found.message}\n\n"
    return HttpResponse(
        text + "\n".join(str(note) for note in found.evidence),
        content_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="finding-{found.pk}-{found.kind}.txt"'
        },
    )
