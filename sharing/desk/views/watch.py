"""The watch desk: the first page of the day, by role."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cordillera import clock
from cordillera.access.decide import needs, permits
from cordillera.access.identity import AUDITOR
from cordillera.parties import queries as parties
from sharing.records import disputes

from .. import health, queries, watch


@needs("account.own")
@never_cache
@require_GET
def first(request: Any) -> HttpResponse:
    """The first page after sign-in. An auditor's is not the desk."""
    if AUDITOR in request.identity.roles:
        return redirect("oversight")
    return desk(request)


@needs("desk.read")
def desk(request: Any) -> HttpResponse:
    """Each role has its own: who reads records, and who keeps the accounts."""
    identity = request.identity
    context: dict[str, Any] = {"feed": health.feed(identity)}
    if identity.reads:
        return render(request, "desk/watch.html", context | reader_context(request))
    return render(request, "desk/watch_administrator.html", context | keeper_context(request))


def reader_context(request: Any) -> dict[str, Any]:
    identity = request.identity
    pressing = watch.unacknowledged(identity)
    decides = bool(permits(identity, "record.approve"))
    shown: dict[str, Any] = {
        "counts": queries.counts(identity, request.user.unit_id),
        "pressing_count": pressing.order_by().count(),
        "pressing": list(pressing[: watch.MOST]),
        "due": watch.due(identity)[: watch.MOST + 2],
        "work": watch.own_work(identity),
        "approvals": watch.approvals(identity) if decides else [],
        "decides": decides,
        "drafts": bool(permits(identity, "record.draft")),
        "strip": watch.strip(identity),
    }
    listed = [
        *(item.record for item in shown["pressing"]),
        *(row.record for row in shown["due"]),
        *(record for line in shown["strip"] for record in line.last),
    ]
    disputes.mark(listed)
    return shown


def keeper_context(request: Any) -> dict[str, Any]:
    identity = request.identity
    officers: Any = parties.officers(identity)
    invitations = parties.invitations(identity).filter(accepted_at=None, revoked_at=None)
    return {
        "officers": officers.filter(is_active=True).count(),
        "inactive": officers.filter(is_active=False).count(),
        "without_factor": officers.filter(is_active=True, has_second_factor=False).count(),
        "invitations": invitations.filter(expires_at__gt=clock.now()).count(),
        "systems": parties.system_accounts(identity).filter(is_active=True).count(),
        "key": parties.keys(identity).filter(use="signing", retired_at=None).first(),
    }
