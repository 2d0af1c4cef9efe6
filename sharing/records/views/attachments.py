"""A record's files: sent in parts while one watches, or by a plain form; downloaded as they are.

The scripts' answers are JSON: 422 with the problems, in the officer's language. A part that came
twice is harmless, so a script that was interrupted asks which parts are here and sends the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cordillera.access.decide import needs
from cordillera.access.identity import Identity

from .. import queries
from ..attachments import adding, content, reading, sealed, sending, showing
from ..attachments.models import Attachment
from ..models import Record, Version
from ..problems import Invalid, NotNow
from ..reading.noted import note_reading
from ..schema.problems import Problem
from ..writing.form import Typed
from .draft_page import closed, draft_page


@needs("record.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def files(request: Any, pk: UUID) -> HttpResponse:
    """GET: the draft's files, for the page that has just sent one. POST of JSON: a place for a
    file; POST of a form: a whole small file."""
    record = queries.get(request.identity, pk, "record.edit")
    version = record.pending
    if version is None or version.state != Version.DRAFT:
        return closed(request, record)
    if request.method == "GET":
        context = {"record": record, "attachments": showing.rows(version)}
        return render(request, "records/editor/attachment_rows.html", context)
    if request.content_type == "application/json":
        return _begin(request, record)
    return _whole(request, record, version)


def _begin(request: Any, record: Record) -> HttpResponse:
    return begin(request, lambda: record)


def begin(request: Any, record: Callable[[], Record]) -> HttpResponse:
    """A place in that record's draft for the file that the script names."""
    try:
        asked = json.loads(request.body)
        name, size = str(asked["name"]), int(asked["size"])
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"title": _("A name and a size were expected.")}, status=400)
    try:
        with transaction.atomic():
            file = adding.begin(record=record(), by=request.identity, name=name, size=size)
    except (Invalid, NotNow) as error:
        return _refused(error)
    return JsonResponse(_facts(file), status=201)


def _facts(file: Attachment) -> dict[str, Any]:
    return {
        "id": str(file.pk),
        "url": reverse("record-attachments", args=[file.record_id]),
        "name": file.name,
        "state": file.state,
        "chunk": sealed.CHUNK,
        "chunks": file.chunk_count,
        "here": content.here(file),
    }


def _refused(error: Invalid | NotNow) -> JsonResponse:
    if isinstance(error, NotNow):
        return JsonResponse({"title": str(error.message)}, status=409)
    said = [problem.as_dict() for problem in error.problems]
    return JsonResponse({"title": said[0]["message"], "problems": said}, status=422)


def _whole(request: Any, record: Record, version: Version) -> HttpResponse:
    """A small file by a plain form. What is not taken is said at the field."""
    came, by = request.FILES.get("file"), request.identity
    try:
        if came is None:
            text = _("Choose a file. Without scripts, files of up to 10 MB can be sent.")
            raise Invalid([Problem(reading.PATH, "none", text)])
        file = adding.add_whole(
            record=record,
            by=by,
            name=came.name,
            size=came.size,
            parts=came.chunks(sealed.CHUNK),
        )
    except Invalid as invalid:
        typed = Typed(version.body, version.handling)
        wrong = invalid.problems
        return draft_page(request, record, version, typed, problems=wrong, status=422)
    except NotNow:
        return closed(request, record)
    messages.success(request, _("The file was added: %(name)s.") % {"name": file.name})
    return redirect("record-edit", record.pk)


@needs("record.edit")
@never_cache
@require_GET
def parts(request: Any, pk: UUID, file: UUID) -> HttpResponse:
    """Which parts are here."""
    return JsonResponse(_facts(reading.get(request.identity, pk, file, "record.edit")))


@needs("record.edit")
@require_http_methods(["PUT"])
def part(request: Any, pk: UUID, file: UUID, number: int) -> HttpResponse:
    """One part's bytes. A file whose beginning is not taken is removed at once."""
    record, by = queries.get(request.identity, pk, "record.edit"), request.identity

    def put() -> HttpResponse:
        adding.put(record=record, by=by, file=file, number=number, content=request.body)
        return HttpResponse(status=204)

    return _unless_refused(put, record, by, file, keeps="length")


@needs("record.edit")
@require_POST
def finish(request: Any, pk: UUID, file: UUID) -> HttpResponse:
    """The file has come whole. What is not taken is removed at once."""
    record, by = queries.get(request.identity, pk, "record.edit"), request.identity

    def done() -> HttpResponse:
        return JsonResponse(_facts(adding.finish(record=record, by=by, file=file)))

    return _unless_refused(done, record, by, file, keeps="incomplete")


def _unless_refused(
    act: Callable[[], HttpResponse], record: Record, by: Identity, file: UUID, *, keeps: str
) -> HttpResponse:
    """What `act` answers, or why it does not take the file, which is removed then, unless the problem
    is the one that sending again mends."""
    try:
        return act()
    except Invalid as invalid:
        if invalid.problems[0].code != keeps:
            adding.remove(record=record, by=by, file=file)
        return _refused(invalid)
    except NotNow as not_now:
        return _refused(not_now)


@needs("record.edit")
@require_POST
def remove(request: Any, pk: UUID, file: UUID) -> HttpResponse:
    record = queries.get(request.identity, pk, "record.edit")
    try:
        adding.remove(record=record, by=request.identity, file=file)
    except NotNow:
        return closed(request, record)
    if request.headers.get("Accept") == "application/json":
        return HttpResponse(status=204)
    messages.success(request, _("The file was removed."))
    return redirect("record-edit", record.pk)


@needs("record.read")
@never_cache
@require_GET
def download(request: Any, pk: UUID, file: UUID) -> HttpResponse:
    """The file's content, decrypted while it is sent; a part of it where a Range is asked for."""
    found = reading.get(request.identity, pk, file, "record.read")
    record = queries.get(request.identity, pk)
    version = queries.shown_version(request.identity, record)
    note_reading(
        request.identity, record, version, tag="record:download", own=True, file=str(found.pk)
    )
    answer: HttpResponse = sending.sent(found, request.headers.get("Range", ""))
    return answer
