"""Decide a dispute, take one back, and begin the correction that a decision promised."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cordillera.access.decide import needs, require

from .. import actions, disputes, kinds, lifecycle, queries
from ..actions.closing import Ended
from ..actions.repeated import says
from ..models import Record
from ..problems import Invalid, NotNow
from ..reading import disputing, page
from ..schema import Problem
from ..writing.answering import typed_body
from ..writing.faults import ask, faults, worded
from ..writing.form import language
from .decisions import not_now


def _dispute(request: Any, pk: UUID) -> Record:
    found = queries.get(request.identity, pk)
    if found.kind != disputes.DISPUTE or found.about is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@needs("dispute.decide")
@never_cache
def rule(request: Any, pk: UUID) -> HttpResponse:
    """Propose the decision on a dispute of an own record."""
    dispute = _dispute(request, pk)
    require(request.identity, "dispute.decide", dispute.about)
    if first := _first(request, dispute, disputes.RULING):
        return redirect("record", first.pk)
    if not disputes.one(dispute).is_open:
        return not_now(request, pk, Ended(dispute))
    proposed = disputes.proposed(dispute, request.identity.party)
    if proposed is not None and proposed.state == lifecycle.IN_REVIEW:
        return redirect("approval", proposed.pk)
    if request.method != "POST":
        begun = dict(proposed.pending.body) if proposed and proposed.pending else {}
        return _form(request, dispute, disputes.RULING, begun, _sent_back(proposed))
    body = typed_body(disputes.RULING, request.POST)
    try:
        decision = actions.rule(
            dispute=dispute, by=request.identity, body=body, unit_id=request.user.unit_id
        )
    except Invalid as invalid:
        wrong = invalid.problems
        return _form(request, dispute, disputes.RULING, body, problems=wrong, status=422)
    except NotNow as refused:
        if first := _first(request, dispute, disputes.RULING):
            return redirect("record", first.pk)  # It was proposed while this one waited.
        return not_now(request, pk, refused)
    messages.success(
        request, _("The decision is proposed; a second officer approves it, then it is sent.")
    )
    return redirect("record", decision.record_id)


def _first(request: Any, dispute: Record, kind: str) -> Record | None:
    """What this form, which the browser sends a second time, made when it came first."""
    if request.method != "POST":
        return None
    body = {**typed_body(kind, request.POST), "dispute": dispute.reference}
    made = [disputes.one(dispute).closed_by]
    if kind == disputes.RULING:
        proposed = disputes.proposed(dispute, request.identity.party)
        made.append(proposed if proposed and proposed.state == lifecycle.IN_REVIEW else None)
    return next((one for one in made if says(one, kind, body)), None)


def _sent_back(proposed: Record | None) -> str:
    """What the second officer wanted, where he sent the decision back."""
    last = proposed.decisions.exclude(outcome="").first() if proposed else None
    return last.note if last else ""


@needs("dispute.decide")
@never_cache
def again(request: Any, pk: UUID) -> HttpResponse:
    """From a decision that was sent back to the form in which it is written again."""
    ruling = queries.get(request.identity, pk)
    closing = disputing.closing(request.identity, ruling)
    if ruling.kind != disputes.RULING or closing is None:
        raise Http404
    return redirect("ruling-new", closing.dispute.record.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("dispute.withdraw")
@never_cache
def withdraw(request: Any, pk: UUID) -> HttpResponse:
    """Take the own Party's dispute back."""
    dispute = _dispute(request, pk)
    require(request.identity, "dispute.withdraw", dispute)
    if first := _first(request, dispute, disputes.WITHDRAWAL):
        return redirect("record", first.pk)
    if not disputes.one(dispute).is_open:
        return not_now(request, pk, Ended(dispute))
    if request.method != "POST":
        return _form(request, dispute, disputes.WITHDRAWAL, {})
    body = {
        **typed_body(disputes.WITHDRAWAL, request.POST),
        "dispute": dispute.reference,
    }
    assert dispute.about is not None  # noqa: S101 - looked at above
    problems = kinds.get(disputes.WITHDRAWAL).schema.clean(body, complete=True).problems
    if problems:
        return _form(request, dispute, disputes.WITHDRAWAL, body, problems=problems, status=422)
    try:
        actions.answer(
            about=dispute.about,
            kind=disputes.WITHDRAWAL,
            by=request.identity,
            body=body,
            unit_id=request.user.unit_id,
        )
    except NotNow as refused:
        if first := _first(request, dispute, disputes.WITHDRAWAL):
            return redirect("record", first.pk)
        return not_now(request, pk, refused)
    messages.success(request, _("The dispute is withdrawn."))
    return redirect("record", dispute.about_id)


def _form(
    request: Any,
    dispute: Record,
    kind: str,
    body: dict[str, Any],
    note: str = "",
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    found = kinds.get(kind)
    wrong = worded(kind, problems or [])
    form = found.schema.bind(body, wrong, language())
    ask(form, kind)
    about = dispute.about
    assert about is not None  # noqa: S101 - a dispute is about a record
    context = {
        "about": about,
        "dispute": dispute,
        "closing": disputing.closing(request.identity, dispute),
        "grounds": dispute.current.body if dispute.current else {},
        "kind": found,
        "form": form,
        "note": note,
        "faults": faults(form, wrong),
        "marking": page.released_marking(dispute),
        "goes_to": dispute.released_to,
        "back": reverse("record", args=[dispute.pk]),
        "here": request.path,
        "in_pane": False,
        "form_template": f"records/answers/{kind}.html",
    }
    return render(request, "records/answers/page.html", context, status=status)


@needs("record.amend")
@require_POST
def correct(request: Any, pk: UUID) -> HttpResponse:
    """Begin the amendment that an upheld dispute asks for; it carries the dispute's reference and
    the decision's reason."""
    found = queries.get(request.identity, pk)
    closing = disputing.closing(request.identity, found)
    if closing is None or found.about is None or closing.dispute.outcome not in disputes.UPHELD:
        raise Http404
    about = queries.get(request.identity, found.about.pk, "record.amend")
    ruling = closing.dispute.closed_by
    reason = ruling.current.body.get("summary", "") if ruling and ruling.current else ""
    correction = {
        "reason": reason[: disputing.LONGEST],
        "disputes": [closing.dispute.record.reference],
    }
    try:
        actions.amend(record=about, by=request.identity, correction=correction)
    except NotNow as refused:
        return not_now(request, about.pk, refused)
    return redirect("record-edit", pk=about.pk)
