"""Files that go with an answer: photos of a sighting, a document with a comment.

A script sends them in parts, while the officer writes, to a draft of the answer; without scripts the
form itself carries small ones. Either way they leave together with the answer, and the form comes
back with all that was typed when one is not taken.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cordillera.access.decide import needs, require

from .. import kinds, queries
from ..actions.begun import begin_answer, begun
from ..attachments import adding, reading, sealed, showing
from ..models import Record
from ..problems import Invalid, NotNow
from ..schema.problems import Problem
from . import attachments

#: The kinds of answer that files go with.
TAKING = ("sighting", "comment", "dispute")


@needs("record.answer")
@never_cache
@require_http_methods(["GET", "POST"])
def files(request: Any, pk: UUID, kind: str) -> HttpResponse:
    """GET: the files that are there, for the form. POST of JSON: a place for one."""
    by, about = request.identity, queries.get(request.identity, pk)
    require(by, "record.answer", about)
    if kind not in TAKING or kind not in kinds.get(about.kind).answered_by:
        raise Http404
    if request.method == "POST":
        return attachments.begin(request, lambda: begin_answer(about=about, kind=kind, by=by))
    draft = begun(about, kind, by)
    rows = showing.rows(draft.pending) if draft and draft.pending else []
    context = {"record": draft, "attachments": rows, "in_answer": True}
    return render(request, "records/editor/attachment_rows.html", context)


def asked(request: Any) -> bool:
    """Whether a button was pressed that adds or removes a file, and sends nothing."""
    return "add-file" in request.POST or "remove-file" in request.POST


def carry_out(request: Any, about: Record, kind: str) -> list[Problem]:
    """Add the files that the form carries, and remove the one whose button was pressed; what is
    wrong with them. Each that was taken stays."""
    if kind not in TAKING:
        return []
    problems = []
    came = request.FILES.getlist("file")
    if "add-file" in request.POST and not came:
        text = _("Choose a file. Without scripts, files of up to 10 MB can be sent.")
        problems.append(Problem(reading.PATH, "none", text))
    try:
        if wanted := request.POST.get("remove-file"):
            _remove(request, about, kind, wanted)
        for one in came:
            _add(request, about, kind, one)
    except Invalid as invalid:
        problems += invalid.problems
    except NotNow as not_now:
        problems.append(Problem("", "not_now", not_now.message))
    return problems


def _add(request: Any, about: Record, kind: str, came: Any) -> None:
    by = request.identity
    record = begin_answer(about=about, kind=kind, by=by)
    parts = came.chunks(sealed.CHUNK)
    adding.add_whole(record=record, by=by, name=came.name, size=came.size, parts=parts)


def _remove(request: Any, about: Record, kind: str, wanted: str) -> None:
    draft = begun(about, kind, request.identity)
    try:
        file = UUID(wanted)
    except ValueError:
        raise Http404 from None
    if draft is None:
        raise Http404
    adding.remove(record=draft, by=request.identity, file=file)
