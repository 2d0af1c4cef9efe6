"""The page's side of live events: the ticket for the stream."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cordillera.access.decide import needs

from . import ticket


@needs("live.read")
@never_cache
@require_GET
def live_ticket(request: Any) -> HttpResponse:
    """`url` opens one stream within `seconds`; for the next one, fetch another."""
    given = ticket.issue(request.identity, request.session.session_key)
    return JsonResponse(
        {
            "url": f"{settings.LIVE_URL}?ticket={given}",
            "ticket": given,
            "seconds": settings.LIVE_TICKET_SECONDS,
        }
    )
