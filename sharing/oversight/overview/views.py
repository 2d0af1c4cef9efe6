"""The auditors' first page: what waits for them, and how the log does."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cordillera.access.decide import needs

from .. import panels
from . import week


@needs("audit.read")
@never_cache
@require_GET
def overview(request: Any) -> HttpResponse:
    shown = panels.shown(request.identity)
    context = {
        "panels": shown,
        "waiting": sum(panel.waits for panel in shown),
        "week": week.figures(request.identity),
    }
    return render(request, "oversight/overview.html", context)
