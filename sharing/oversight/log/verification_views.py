"""The verification's page: begin one, watch it, stop it, read what came of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cordillera.access.decide import needs

from ..models import Verification
from . import outcome, verifying
from .pages import tabs

#: So many earlier ones are listed.
EARLIER = 20


@needs("log.verify")
@never_cache
@require_GET
def verification(request: Any) -> HttpResponse:
    """While one runs the page asks for itself again every second."""
    rows = list(Verification.objects.filter(party_id=request.identity.party)[: EARLIER + 1])
    row = rows[0] if rows else None
    context = {
        "row": row,
        "told": outcome.told(row) if row else None,
        "earlier": rows[1:],
        "tabs": tabs(),
        "tab": "verification",
    }
    return render(request, "oversight/log/verification.html", context)


@needs("log.verify")
@require_POST
def start(request: Any) -> HttpResponse:
    try:
        verifying.start(by=request.identity)
    except verifying.Busy as error:
        messages.warning(request, str(error))
    return redirect("audit-verification")


@needs("log.verify")
@require_POST
def cancel(request: Any, pk: UUID) -> HttpResponse:
    own = Verification.objects.filter(party_id=request.identity.party)
    verifying.cancel(get_object_or_404(own, pk=pk), by=request.identity)
    return redirect("audit-verification")
