"""The ledger's pages: the lines, one record's, and exports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit import log
from audit.cursor import BadCursor
from cordillera.access.decide import needs, permits
from sharing.records import queries as records
from sharing.records import references

from ..models import Disclosure, LedgerExport
from . import exporting, progress, queries, words
from .forms import QuestionForm


def _form(request: Any, given: Any) -> QuestionForm:
    return QuestionForm(given or None, party=request.identity.party)


@needs("ledger.read")
@never_cache
@require_GET
def ledger(request: Any) -> HttpResponse:
    """The lines that are asked for, newest first, and what passed with each Party."""
    form, cursor = _form(request, request.GET), request.GET.get("after", "")
    if form.is_bound and not form.is_valid():
        return render(request, "oversight/ledger/ledger.html", {"form": form}, status=422)
    question = form.question() if form.is_bound else queries.Question()
    try:
        page = queries.page(request.identity, question, cursor)
    except BadCursor:
        return HttpResponseBadRequest(_("This is not an address of the ledger."))
    asked = request.GET.copy()
    asked.pop("after", None)
    context = {
        "form": form,
        "rows": [words.row(line) for line in page.lines],
        "older": page.older,
        "asked": asked.urlencode(),
        "is_asked": any(asked.values()),
        "later_page": bool(cursor),
        "may_export": bool(permits(request.identity, "ledger.export")),
        "exports": exporting.recent(request.identity),
    }
    return render(request, "oversight/ledger/ledger.html", context)


@needs("ledger.read")
@never_cache
@require_GET
def totals(request: Any) -> HttpResponse:
    """What passed with each Party, of what is asked for. It goes through every line, so the page is
    there before it."""
    form = _form(request, request.GET)
    if form.is_bound and not form.is_valid():
        return HttpResponseBadRequest(_("This is not an address of the ledger."))
    question = form.question() if form.is_bound else queries.Question()
    found = queries.totals(request.identity, question)
    return render(request, "oversight/ledger/totals.html", {"totals": found})


@needs("ledger.read")
@never_cache
@require_GET
def of_record(request: Any, reference: str) -> HttpResponse:
    """Everything that the ledger holds of one record, and who of the own Party read it."""
    if references.PATTERN.fullmatch(reference) is None:
        raise Http404
    lines = queries.of_record(request.identity, reference)
    first = lines[-1]
    found = queries.between(lines)
    context = {
        "reference": reference,
        "kind": words.kind(first.kind),
        "kind_icon": words.icon(first.kind),
        "given": first.direction == Disclosure.GIVEN,
        "red": any(line.red for line in lines),
        "between": [
            {
                "one": one,
                "purpose": words.purpose(one.purpose),
                "basis": words.basis(one.basis),
                "ended": words.EVENTS.get(one.ended_by, ""),
            }
            for one in found
        ],
        "rows": [words.row(line) for line in lines],
        "readers": queries.readers(lines),
        "record": _readable(request.identity, reference),
    }
    return render(request, "oversight/ledger/record.html", context)


def _readable(identity: Any, reference: str) -> Any:
    """The record, for who may open it as well: a supervisor."""
    if not permits(identity, "record.read"):
        return None
    return records.by_reference(identity, [reference]).get(reference)


@needs("ledger.export")
@require_POST
def export(request: Any) -> HttpResponse:
    """A small one at once, a big one in the background."""
    form = _form(request, request.POST)
    fmt = request.POST.get("format", "")
    if not form.is_valid() or fmt not in dict(LedgerExport.FORMATS):
        messages.error(request, _("Say again what is to be exported."))
        return redirect("ledger")
    made = exporting.ask(by=request.identity, question=form.question(), fmt=fmt)
    if made.state == LedgerExport.WAITING:
        return redirect("ledger-export", made.pk)
    return redirect("ledger-export-file", made.pk)


@needs("ledger.export")
@never_cache
@require_GET
def exported(request: Any, pk: UUID) -> HttpResponse:
    """How far it is; the file, once it is ready."""
    found = get_object_or_404(exporting.own(request.identity).defer("content"), pk=pk)
    if found.state == LedgerExport.WAITING:
        found.done = progress.heard(found.pk)
    return render(
        request,
        "oversight/ledger/export.html",
        {"export": found, "until": found.asked_at + timedelta(days=exporting.days_kept())},
    )


@needs("ledger.export")
@never_cache
@require_GET
def file(request: Any, pk: UUID) -> HttpResponse:
    """The finished file, to who asked for it."""
    found = get_object_or_404(exporting.own(request.identity), pk=pk, state=LedgerExport.DONE)
    log.write(
        "ledger:download",
        actor=request.identity,
        about=found.pk,
        detail={"format": found.format, "lines": found.total},
    )
    day = timezone.localtime(found.asked_at).date().isoformat()
    name = f"cordillera-ledger-{found.party}-{day}.{found.format}"
    kinds = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}
    return HttpResponse(
        bytes(found.content or b""),
        content_type=kinds[found.format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
