"""Help: what the keys do and how the main jobs are done."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cordillera.access.decide import needs


@needs("help.read")
@require_GET
def index(request: Any) -> HttpResponse:
    return render(request, "web/help.html")
