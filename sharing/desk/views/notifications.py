"""An officer's own notifications: read them, mark them, say of what one wants to hear."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cordillera.access.decide import needs
from sharing.records.problems import Invalid

from .. import queries, reading
from ..actions import notifications as actions
from ..models import Reach

PAGE = 40


@needs("notifications.read")
@never_cache
@require_GET
def notifications(request: Any) -> HttpResponse:
    identity = request.identity
    found = queries.notifications(identity)
    only_new = request.GET.get("show") == "new"
    if only_new:
        found = found.filter(read_at=None)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": reading.lines(identity, page.object_list),
        "only_new": only_new,
        "new": queries.unread(identity),
        "reach": queries.reach(identity),
        "reaches": Reach.CHOICES if identity.reads else [],
    }
    return render(request, "desk/notifications.html", context)


@needs("notifications.read")
@require_POST
def open_one(request: Any, pk: UUID) -> HttpResponse:
    """Mark it read, and go where it leads."""
    found = queries.notifications(request.identity).filter(pk=pk).first()
    if found is None:
        raise Http404
    actions.mark_read(by=request.identity, notifications=[found.pk])
    [line] = reading.lines(request.identity, [found])
    return redirect(line.url or "notifications")


@needs("notifications.read")
@require_POST
def read_all(request: Any) -> HttpResponse:
    actions.mark_read(by=request.identity)
    return redirect("notifications")


@needs("notifications.read")
@require_POST
def choose_reach(request: Any) -> HttpResponse:
    """Of which arrivals the officer wants to be notified."""
    try:
        actions.choose_reach(by=request.identity, reach=request.POST.get("reach", ""))
    except Invalid as wrong:
        messages.error(request, str(wrong.problems[0].message))
    return redirect("notifications")
