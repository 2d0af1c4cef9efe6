"""Writing a record: choose its kind, fill in its blocks, hand it to a second officer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordillera import clock
from cordillera.access.decide import needs

from .. import actions, kinds, queries
from .. import handling as handlings
from ..models import Record, Version
from ..problems import Invalid, NotNow, Stale
from ..writing import rows
from ..writing.approvers import approvers
from ..writing.beginning import first_body, lasting
from ..writing.drafts import own_drafts
from ..writing.form import Typed
from .draft_page import closed, draft_page


@require_safe
@needs("record.draft")
def choose(request: Any) -> HttpResponse:
    """Which kind of record: one card each, saying when to use it."""
    party = request.user.party
    context = {
        "kinds": [lasting(kind, party) for kind in kinds.shared()],
        "drafts": own_drafts(request.identity),
    }
    return render(request, "records/editor/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("record.draft")
def begin(request: Any, kind: str) -> HttpResponse:
    """POST begins a draft of `kind` with its usual handling; GET shows what it is for."""
    known = next((one for one in kinds.shared() if one.code == kind), None)
    if known is None:
        raise Http404
    chosen = lasting(known, request.user.party)
    if request.method != "POST":
        return render(request, "records/editor/choose.html", {"kinds": [chosen]})
    identity = request.identity
    usual = handlings.proposed(
        identity.party, chosen.review_months, chosen.expiry_months, clock.today()
    )
    record = actions.draft(
        kind=chosen.code,
        by=identity,
        body=first_body(chosen, getattr(request.user.unit, "port", "")),
        handling=usual.as_dict(),
        unit_id=request.user.unit_id,
    )
    return redirect("record-edit", record.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("record.edit")
def edit(request: Any, pk: UUID) -> HttpResponse:
    """The editor; a POST saves the whole form, or adds, removes or moves a row of it."""
    record = queries.get(request.identity, pk, "record.edit")
    version = record.pending
    if version is None or version.state != Version.DRAFT or record.about_id:
        return closed(request, record)
    kind = kinds.get(record.kind)
    if request.method != "POST":
        return draft_page(request, record, version, Typed(version.body, version.handling))
    if step := rows.step_of(request.POST):
        posted = rows.take(request.POST, *step, kind.schema)
        etag = request.POST.get("etag", "")
        return draft_page(request, record, version, Typed.of(kind, posted), etag=etag, step=step)
    return _save(request, record, version)


@require_POST
@needs("record.submit")
def submit(request: Any, pk: UUID) -> HttpResponse:
    """Propose the release. From the editor the form comes along and is saved first."""
    record = queries.get(request.identity, pk, "record.submit")
    version = record.pending
    if version is None or version.state != Version.DRAFT:
        return closed(request, record)
    return _save(request, record, version, then_submit=True)


def _save(
    request: Any, record: Record, version: Version, then_submit: bool = False
) -> HttpResponse:
    """Save what was typed, and perhaps submit it: what fails keeps the form as it was typed."""
    typed, etag = Typed(version.body, version.handling), version.etag
    try:
        if not then_submit or "etag" in request.POST:
            typed = Typed.of(kinds.get(record.kind), request.POST)
            etag = request.POST.get("etag", "")
            version = _written(request, record, typed, etag)
            etag = version.etag
        if then_submit:
            actions.submit(record=record, by=request.identity, if_revision=etag)
            return _submitted(request, record, version)
    except Invalid as invalid:
        wrong = invalid.problems
        return draft_page(request, record, version, typed, etag=etag, problems=wrong, status=422)
    except Stale as stale:
        return draft_page(request, record, stale.version, typed, stale=True, status=412)
    except NotNow:
        return closed(request, record)
    messages.success(request, _("Saved."))
    return redirect("record-edit", record.pk)


def _written(request: Any, record: Record, typed: Typed, etag: str) -> Version:
    return actions.save_draft(
        record=record,
        by=request.identity,
        body=typed.body,
        handling=typed.handling,
        if_revision=etag,
    )


def _submitted(request: Any, record: Record, version: Version) -> HttpResponse:
    people = approvers(record, version, request.identity)
    if people:
        messages.success(
            request,
            _("Sent for approval. It can be approved by: %(names)s.")
            % {"names": ", ".join(officer.name for officer in people)},
        )
    else:
        messages.warning(
            request,
            _(
                "Sent for approval, but nobody else in your Party can approve it now: it takes a "
                "supervisor who did not write in it. Ask your administrator."
            ),
        )
    return redirect("record", record.pk)
