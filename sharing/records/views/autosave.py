"""Drafts save themselves: the form in the background, answered with JSON.

200 `{etag, saved_at}`; 412 who saved meanwhile and both texts; 422 the problems, each with its
field; 401 when the sign-in has ended (the browser keeps the text); 428 without If-Match.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cordillera.access.decide import open_page, require
from cordillera.web import moments

from .. import actions, kinds, queries
from ..models import Record, Version
from ..problems import Invalid, NotNow, Stale
from ..writing import rows
from ..writing.form import Typed, fit, kept
from ..writing.panel import changes


@require_POST
@open_page
def save(request: Any, pk: UUID) -> HttpResponse:
    """Open to reach, so that an ended sign-in is told in JSON; who is nobody saves nothing."""
    if request.identity is None:
        words = _("Your sign-in has ended. Sign in again; what you typed is kept.")
        return JsonResponse({"title": words}, status=401)
    require(request.identity, "record.edit")
    record = queries.get(request.identity, pk, "record.edit")
    etag = request.headers.get("If-Match", "")
    if not etag:
        words = _("Say in If-Match which state of the draft you read.")
        return JsonResponse({"title": words}, status=428)
    typed = Typed.of(kinds.get(record.kind), request.POST)
    try:
        return _saved(_write(request, record, typed, etag))
    except Invalid as invalid:
        return _wrong(request, record, typed, etag, invalid)
    except Stale as stale:
        return _overtaken(record, typed, stale.version)
    except NotNow as not_now:
        return JsonResponse({"title": not_now.message}, status=409)


def _write(request: Any, record: Record, typed: Typed, etag: str) -> Version:
    return actions.save_draft(
        record=record,
        by=request.identity,
        body=typed.body,
        handling=typed.handling,
        if_revision=etag,
    )


def _facts(version: Version) -> dict[str, str]:
    return {
        "etag": version.etag,
        "saved_at": version.saved_at.isoformat(),
        "saved_at_words": moments.words(version.saved_at, "time"),
        "saved_by": version.saved_by,
    }


def _saved(version: Version) -> JsonResponse:
    return JsonResponse(_facts(version), headers={"ETag": version.etag})


def _wrong(request: Any, record: Record, typed: Typed, etag: str, invalid: Invalid) -> JsonResponse:
    """The problems; all that is right is saved all the same, and `etag` says so."""
    found: dict[str, Any] = {
        "title": _("Some values are not acceptable; everything else was saved."),
        "problems": [
            {**problem.as_dict(), "field": f"f-{rows.place(request.POST, problem.path)}"}
            for problem in invalid.problems
        ],
    }
    headers = {}
    rest = kept(typed, invalid.problems)
    try:
        if rest is None:
            raise invalid
        version = _write(request, record, rest, etag)
        found |= _facts(version)
        headers["ETag"] = version.etag
    except Invalid:
        found["title"] = _("Nothing was saved: some values are not acceptable.")
    except Stale as stale:
        return _overtaken(record, typed, stale.version)
    return JsonResponse(found, status=422, headers=headers)


def _overtaken(record: Record, typed: Typed, now: Version) -> JsonResponse:
    """Somebody saved meanwhile: who, when, and what differs between the two texts."""
    differing = changes(record, now, fit(kinds.get(record.kind), typed))
    found: dict[str, Any] = _facts(now)
    found["title"] = _("%(name)s saved this draft meanwhile.") % {"name": now.saved_by}
    found["changes"] = [
        {"path": one.path, "label": one.label, "theirs": one.old, "mine": one.new}
        for one in differing
    ]
    return JsonResponse(found, status=412)
