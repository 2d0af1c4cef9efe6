"""Answers to a record: acknowledge it, report a sighting, comment. Each leaves at once.

The same views serve the whole page (a phone at the dock) and a piece of the inbox (HX-Request).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from cordillera.access.decide import needs, permits, require

from .. import actions, disputes, kinds, queries
from ..actions.begun import begun
from ..actions.repeated import sent_before
from ..attachments import showing
from ..attachments.reading import PATH
from ..models import Record
from ..problems import Invalid, NotNow
from ..reading import disputing, page
from ..schema import Problem
from ..writing import rows
from ..writing.answering import (
    MORE,
    audience,
    beginning,
    finished,
    nearby,
    typed_body,
    units,
)
from ..writing.faults import ask, faults, worded
from ..writing.form import language
from ..writing.pointing import offer_fields
from . import answering_files

DONE = {
    "acknowledgement": _("Acknowledged."),
    "sighting": _("Sighting reported."),
    "comment": _("Comment sent."),
    "dispute": _("The dispute is sent. The record shows it until its originator has decided."),
    "dispute_withdrawal": _("The dispute is withdrawn."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs("record.answer")
def acknowledge(request: Any, pk: UUID) -> HttpResponse:
    return _answer(request, pk, "acknowledgement")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("record.answer")
def sighting(request: Any, pk: UUID) -> HttpResponse:
    return _answer(request, pk, "sighting")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("record.answer")
def comment(request: Any, pk: UUID) -> HttpResponse:
    return _answer(request, pk, "comment")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("record.dispute")
def dispute(request: Any, pk: UUID) -> HttpResponse:
    return _answer(request, pk, "dispute", "record.dispute")


def _answer(request: Any, pk: UUID, kind: str, permission: str = "record.answer") -> HttpResponse:
    about = queries.get(request.identity, pk)
    require(request.identity, permission, about)
    if kind not in kinds.get(about.kind).answered_by:
        raise Http404
    if request.method != "POST":
        return _page(request, about, kind, beginning(request, kind))
    if answering_files.asked(request):
        wrong = answering_files.carry_out(request, about, kind)
        body, status = typed_body(kind, request.POST), 422 if wrong else 200
        return _page(request, about, kind, rows.without_new(body), wrong, status)
    if step := rows.step_of(request.POST):
        posted = rows.take(request.POST, *step, kinds.get(kind).schema)
        return _page(request, about, kind, rows.without_new(typed_body(kind, posted)))
    return _sent(request, about, kind, typed_body(kind, request.POST))


def _sent(request: Any, about: Record, kind: str, body: dict[str, Any]) -> HttpResponse:
    whole = finished(kind, body, about)
    # All that is wrong at once: the action stops at what is malformed, before what is missing.
    wrong, status = kinds.get(kind).schema.clean(whole, complete=True).problems, 422
    if kind == disputes.DISPUTE:
        wrong = [*wrong, *disputing.wrong(about, whole)]
    wrong = [*wrong, *answering_files.carry_out(request, about, kind)]
    if wrong:
        return _page(request, about, kind, body, wrong, status)
    by, goes_to = request.identity, audience(request.POST)
    held = begun(about, kind, by)
    try:
        if held is None and (
            first := sent_before(about=about, kind=kind, by=by, body=whole, audience=goes_to)
        ):
            return _done(request, about, kind, first, again=True)
        answer = actions.answer(
            about=about,
            kind=kind,
            by=by,
            body=whole,
            audience=goes_to,
            unit_id=request.user.unit_id,
            begun=held,
        )
    except Invalid as invalid:
        wrong, status = invalid.problems, 422
    except NotNow as not_now:
        wrong, status = [Problem("", "not_now", not_now.message)], 409
    if wrong:
        return _page(request, about, kind, body, wrong, status)
    return _done(request, about, kind, answer)


def _page(
    request: Any,
    about: Record,
    kind: str,
    body: dict[str, Any],
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    found = kinds.get(kind)
    asked = "audience-asked" in request.POST
    wrong = worded(kind, problems or [])
    draft = begun(about, kind, request.identity)
    form = found.schema.bind(body, wrong, language())
    ask(form, kind)
    if kind == disputes.DISPUTE:
        offer_fields(form, about)
    context = {
        "about": about,
        "kind": found,
        "form": form,
        "faults": faults(form, wrong),
        "audience_problem": next((p.message for p in wrong if p.path == "audience"), ""),
        "nearby": nearby(request, about) if kind == "sighting" else [],
        "units": units(request.identity) if kind == "acknowledgement" else [],
        "more": MORE,
        "audience": _audience(
            about, request.identity.party, request.POST.getlist("audience") if asked else None
        ),
        "draft": draft,
        "takes_files": kind in answering_files.TAKING,
        "attachments": showing.rows(draft.pending) if draft and draft.pending else [],
        "attachment_problem": next((p.message for p in wrong if p.path == PATH), ""),
        "marking": page.released_marking(about),
        "may_dispute": kind == "comment"
        and bool(permits(request.identity, "record.dispute", about)),
        "goes_to": about.released_to if kind == disputes.DISPUTE else [],
        "back": _origin(request, about),
        "here": request.path,
        "in_pane": bool(request.headers.get("HX-Request")),
        "form_template": f"records/answers/{kind}.html",
    }
    whole = "pane" if context["in_pane"] else "page"
    return render(request, f"records/answers/{whole}.html", context, status=status)


def _audience(about: Record, own: str, ticked: list[str] | None) -> list[tuple[str, bool]]:
    """The Parties an answer can go to besides its author and the originator, and which are on."""
    others = [code for code in about.released_to if code not in (about.originator_id, own)]
    return [(code, ticked is None or code in ticked) for code in others]


def _done(
    request: Any, about: Record, kind: str, answer: Record, again: bool = False
) -> HttpResponse:
    """`again`: it came a second time, and leads to the page of the first one."""
    if request.headers.get("HX-Request"):
        context = {"about": about, "answer": answer, "words": DONE[kind]}
        response = render(request, "records/answers/done.html", context)
        response["HX-Trigger"] = "cordillera:answered"
        return response
    messages.success(request, DONE[kind])
    to = reverse("record", args=[answer.pk]) if again else _origin(request, about)
    return _sent_from(request, to)


def _sent_from(request: Any, to: str) -> HttpResponse:
    """On to `to`, mostly where the answer was begun; the cookie tells keep.js to forget what was
    typed."""
    response = redirect(to)
    response.set_cookie(
        "sent", request.path, max_age=3600, samesite="Lax", secure=request.is_secure()
    )
    return response


def _origin(request: Any, about: Record) -> str:
    """Where the officer came from: the inbox, where he was in it, else the record's page."""
    asked = request.POST.get("next") or request.GET.get("next")
    came = asked or urlsplit(request.headers.get("Referer", "")).path
    ours = url_has_allowed_host_and_scheme(came, {request.get_host()}, request.is_secure())
    return str(came) if ours and came.startswith("/inbox/") else reverse("record", args=[about.pk])
