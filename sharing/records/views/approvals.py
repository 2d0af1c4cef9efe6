"""The approval queue: what waits for a second officer of the own Party."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cordillera.access.decide import needs, permits, require

from .. import disputes, queries
from ..models import Decision, Record
from ..reading import page
from ..reading import review as reviewing
from ..reading.offers import Situation

MOST = 200


@needs("approvals.read")
@never_cache
@require_GET
def queue(request: Any) -> HttpResponse:
    """The list with its first proposal opened (on a phone the list alone); with `?list=` and the
    record that is open, only the list, for a page that keeps it fresh."""
    waiting = _waiting(request.identity)
    if "list" in request.GET:
        context = {"waiting": _rows(request.identity, waiting), "open_pk": request.GET["list"]}
        return render(request, "records/waiting.html", context)
    first = waiting[0] if waiting else None
    return _render(request, waiting, first, shows="list")


@needs("approvals.read")
@never_cache
@require_GET
def one(request: Any, pk: UUID) -> HttpResponse:
    """The proposal about one record."""
    waiting = _waiting(request.identity)
    chosen = next((d for d in waiting if d.record_id == pk), None)
    if chosen is None:
        return decided(request, pk)
    return _render(request, waiting, chosen)


def again(
    request: Any, record: Record, problem: str, status: int, remark_problem: str = ""
) -> HttpResponse:
    """The same page with what went wrong; nothing that was typed is lost."""
    waiting = _waiting(request.identity)
    chosen = next((d for d in waiting if d.record_id == record.pk), None)
    extra = {
        "problem": problem,
        "remark_problem": remark_problem,
        "remark": request.POST.get("remark", ""),
    }
    if chosen is None:
        return decided(request, record.pk, status)
    return _render(request, waiting, chosen, status=status, **extra)


def decided(request: Any, pk: UUID, status: int = 200) -> HttpResponse:
    """There is no open proposal about it (any more): say who decided what, and when."""
    record = queries.get(request.identity, pk)
    if record.originator_id != request.identity.party:
        raise Http404
    waiting = _waiting(request.identity)
    context = {
        "waiting": _rows(request.identity, waiting),
        "record": record,
        "last": record.decisions.exclude(outcome="").order_by("-decided_at").first(),
        "selected": record.pk,
    }
    return render(request, "records/approvals.html", context, status=status)


def _waiting(identity: Any) -> list[Decision]:
    found = list(queries.open_decisions(identity)[:MOST])
    disputes.mark(decision.record for decision in found)
    return found


def _rows(identity: Any, waiting: list[Decision]) -> list[dict[str, Any]]:
    return [
        {"decision": d, "mine": not Situation(identity, d.record, d).second_officer()}
        for d in waiting
    ]


def _render(
    request: Any,
    waiting: list[Decision],
    chosen: Decision | None,
    status: int = 200,
    shows: str = "detail",
    **extra: Any,
) -> HttpResponse:
    context = {"waiting": _rows(request.identity, waiting), "chosen": chosen, **extra}
    context["open_pk"] = str(chosen.record_id) if chosen else ""
    if chosen is not None:
        context |= _chosen(request.identity, chosen)
        context["selected"] = chosen.record_id if shows == "detail" else None
    return render(request, "records/approvals.html", context, status=status)


def _chosen(identity: Any, decision: Decision) -> dict[str, Any]:
    record = decision.record
    require(identity, "record.read", record)
    situation = Situation(identity, record, decision)
    may_decide = situation.second_officer()
    return {
        **page.frame(identity, record, decision.version, "summary", decision),
        **page.summary(identity, record, decision.version),
        "review": reviewing.review(identity, decision),
        "may_decide": may_decide,
        # Who may decide returns it with a remark; the others can only take it back.
        "may_withdraw": not may_decide and bool(permits(identity, "record.withdraw", record)),
        "why_not": why_not(identity, situation),
    }


def why_not(identity: Any, situation: Situation) -> str:
    """Why this officer cannot decide it, in a sentence; empty when he can."""
    if situation.second_officer():
        return ""
    allowed = permits(identity, "record.approve", situation.record)
    if not allowed:
        return _("A supervisor of your Party has to decide it.")
    return _("You wrote or proposed this: another officer has to decide it.")
