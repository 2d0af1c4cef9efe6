"""Pieces of the frame that a page fetches while it is open."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cordillera.access.decide import needs, open_page
from cordillera.web import palette as jumps


@open_page
@never_cache
@require_GET
def health(request: Any) -> HttpResponse:
    """Says `ok` when this process reaches the database: for load balancers and probes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


@needs("help.read")
@never_cache
@require_GET
def navigation(request: Any) -> HttpResponse:
    """The navigation and the bells again, with fresh counts; `?at=` is the open page's address."""
    return render(request, "web/refreshed.html")


@needs("help.read")
@never_cache
@require_GET
def palette(request: Any) -> HttpResponse:
    """The palette's results for `?q=`, as options of its list box."""
    query = request.GET.get("q", "")[:200]
    groups = jumps.find(request.identity, query)
    return render(request, "web/palette.html", {"groups": groups, "query": query})
