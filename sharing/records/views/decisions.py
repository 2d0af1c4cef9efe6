"""The decisions about a record, as forms: each parses, calls its action, and goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cordillera.access.decide import needs
from cordillera.parties.proof import fresh_proof
from cordillera.web.moments import day_words

from .. import actions, lifecycle, queries
from ..models import Decision, Record
from ..problems import Invalid, NotNow, Stale
from ..reading import page
from ..reading.offers import Situation
from ..reading.renewal import renews
from ..reading.withheld import withheld
from ..schema.text import refusal, tidy
from . import approvals
from .opening import show, summary_context

LONGEST = 2000


def typed_words(request: Any, name: str) -> tuple[str, str]:
    """What was typed, and why it cannot be kept (empty: it can)."""
    text = tidy(str(request.POST.get(name, "")), multiline=True)
    if len(text) > LONGEST:
        wrong = _("This text has %(length)s characters; at most %(most)s are accepted.")
        return text, wrong % {"length": len(text), "most": LONGEST}
    if refused := refusal(text, multiline=True):
        return text, str(refused[1]).format(which=refused[2])
    return text, ""


@needs("record.approve")
@require_POST
@fresh_proof
def approve(request: Any, pk: UUID) -> HttpResponse:
    """Decide the open proposal with yes. `revision` is the version that the officer read."""
    record = queries.get(request.identity, pk, "record.approve")
    decision = queries.open_decision(record)
    renewed = decision is not None and renews(decision)
    remark, wrong = typed_words(request, "remark")
    if wrong:
        return approvals.again(request, record, "", 422, wrong)
    try:
        record = actions.approve(
            record=record,
            by=request.identity,
            remark=remark,
            if_revision=request.POST.get("revision", ""),
        )
    except Stale:
        words = _("It was changed since you read it. Read it again before you decide.")
        return approvals.again(request, record, words, 412)
    except NotNow as refused:
        return approvals.again(request, record, refused.message, 409)
    except Invalid as invalid:
        words = " ".join(str(one.message) for one in invalid.problems)
        return approvals.again(request, record, words, 422)
    messages.success(request, _approved(record, decision, renewed))
    return redirect("approvals")


def _approved(record: Record, decision: Decision | None, renewed: bool) -> str:
    if decision and decision.verb == Decision.RECALL:
        return _("%(reference)s is recalled. Its recipients are told now.") % {
            "reference": record.reference
        }
    if renewed:
        words = _("%(reference)s is renewed; its review is on %(day)s.")
        day = day_words(record.review_on) if record.review_on else ""
        return words % {"reference": record.reference, "day": day}
    others = ", ".join(c for c in record.audience if c != record.originator_id)
    if not others:
        return _("%(reference)s is released within your Party.") % {"reference": record.reference}
    return _("%(reference)s is released to %(parties)s.") % {
        "reference": record.reference,
        "parties": others,
    }


@needs("record.return")
@require_POST
def send_back(request: Any, pk: UUID) -> HttpResponse:
    record = queries.get(request.identity, pk, "record.return")
    remark, wrong = typed_words(request, "remark")
    if not remark:
        wrong = _("Say what has to change before you can approve it.")
    if wrong:
        return approvals.again(request, record, "", 422, wrong)
    try:
        actions.send_back(record=record, by=request.identity, remark=remark)
    except NotNow as refused:
        return approvals.again(request, record, refused.message, 409)
    messages.success(request, _("Returned to its authors with your remark."))
    return redirect("approvals")


@needs("record.withdraw")
@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: Any, pk: UUID) -> HttpResponse:
    if request.method == "GET":
        return _confirm(request, pk, "record.withdraw", "withdraw")
    return _simply(
        request, pk, "record.withdraw", actions.withdraw, _("The proposal is withdrawn.")
    )


@needs("record.amend")
@require_POST
def amend(request: Any, pk: UUID) -> HttpResponse:
    """Open an amendment and go on to write it."""
    record = queries.get(request.identity, pk, "record.amend")
    try:
        actions.amend(record=record, by=request.identity)
    except NotNow as refused:
        return not_now(request, pk, refused)
    return redirect("record-edit", pk=pk)


@needs("record.discard")
@never_cache
@require_http_methods(["GET", "POST"])
def discard(request: Any, pk: UUID) -> HttpResponse:
    if request.method == "GET":
        return _confirm(request, pk, "record.discard", "discard")
    return _simply(
        request,
        pk,
        "record.discard",
        actions.discard_amendment,
        _("The amendment is discarded; the version in force stays."),
    )


@needs("record.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def delete(request: Any, pk: UUID) -> HttpResponse:
    if request.method == "GET":
        return _confirm(request, pk, "record.edit", "delete")
    record = queries.get(request.identity, pk, "record.edit")
    try:
        actions.delete_draft(record=record, by=request.identity)
    except NotNow as refused:
        return not_now(request, pk, refused)
    messages.success(request, _("The draft is deleted."))
    return redirect("/")


@needs("record.recall")
@never_cache
@require_http_methods(["GET", "POST"])
@fresh_proof
def recall(request: Any, pk: UUID) -> HttpResponse:
    """Propose a recall; a second officer decides it in the approval queue."""
    record = queries.get(request.identity, pk, "record.recall")
    if request.method == "GET":
        return _confirm(request, pk, "record.recall", "recall")
    reason, wrong = typed_words(request, "reason")
    try:
        if not wrong:
            actions.propose_recall(record=record, by=request.identity, reason=reason)
    except Invalid as invalid:
        wrong = str(invalid.problems[0].message)
    except NotNow as refused:
        return not_now(request, pk, refused)
    if wrong:
        return _confirm(request, pk, "record.recall", "recall", 422, wrong)
    messages.success(request, _("The recall is proposed; a second officer decides it."))
    return redirect("record", pk=pk)


def _simply(
    request: Any, pk: UUID, permission: str, action: Callable[..., Any], words: str
) -> HttpResponse:
    record = queries.get(request.identity, pk, permission)
    try:
        action(record=record, by=request.identity)
    except NotNow as refused:
        return not_now(request, pk, refused)
    messages.success(request, words)
    return redirect("record", pk=pk)


def not_now(request: Any, pk: UUID, refused: NotNow) -> HttpResponse:
    """The record as it stands now, and why what was asked is not possible."""
    record = queries.get(request.identity, pk)
    version = queries.shown_version(request.identity, record)
    context = summary_context(request, record, version)
    return show(request, {**context, "problem": refused.message}, 409)


def _confirm(
    request: Any, pk: UUID, permission: str, what: str, status: int = 200, problem: str = ""
) -> HttpResponse:
    record = queries.get(request.identity, pk, permission)
    decision = queries.open_decision(record)
    shown = queries.shown_version(request.identity, record)
    version = decision.version if decision and what == "withdraw" else shown
    context = {
        "record": record,
        "version": version,
        "what": what,
        "decision": decision,
        "renews": decision is not None and renews(decision),
        "others": [code for code in record.audience if code != record.originator_id],
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "possible": _possible(what, record, decision),
        "withheld": withheld(Situation(request.identity, record, decision)),
        "marking": page.marking(version, record.current_id is None),
    }
    return render(request, "records/confirm.html", context, status=status)


def _possible(what: str, record: Record, decision: Decision | None) -> bool:
    if what == "withdraw":
        return decision is not None
    return decision is None and lifecycle.allows(MOVES[what], record.state)


MOVES = {"discard": "discard_amendment", "delete": "delete", "recall": "propose_recall"}
