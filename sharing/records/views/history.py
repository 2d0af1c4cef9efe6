"""What has happened to a record, cut to who looks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cordillera.access.decide import needs, require

from .. import queries
from ..reading import beyond, deliveries, page, past
from .opening import opened, show


@needs("record.history")
@never_cache
@require_GET
def history(request: Any, pk: UUID) -> HttpResponse:
    record, version = opened(request, pk, "history")
    identity = request.identity
    require(identity, "record.history", record)
    context = page.frame(identity, record, version, "history")
    context["events"] = past.events(identity, record, queries.versions(identity, record))
    context["deliveries"] = deliveries.deliveries(identity, record)
    context["readership"] = deliveries.readership(identity, record)
    context["readings"] = past.readings(identity, record)
    context["sections"] = beyond.sections(identity, record)
    return show(request, context)
