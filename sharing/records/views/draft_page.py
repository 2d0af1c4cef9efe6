"""The editor's page as it stands for one draft: saved, wrong in places, or overtaken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cordillera.parties.models import Party
from cordillera.web.marking import Marking

from .. import kinds
from ..attachments import showing
from ..attachments.reading import PATH
from ..models import Record, Version
from ..reading import disputing, page
from ..schema import Problem
from ..writing import named, pointing
from ..writing.form import Typed, anchor, bound, fit
from ..writing.panel import Need, changes, panel, where
from ..writing.sections import outline


def draft_page(
    request: Any,
    record: Record,
    version: Version,
    typed: Typed,
    *,
    etag: str = "",
    problems: Iterable[Problem] = (),
    step: tuple[str, str] | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    """`typed` in the form, whatever is stored; `version` is what is stored now.

    `etag` is what the officer has read, where that is not `version`. `stale`: somebody saved in
    between; the form then carries the new ETag, so that saving once more is his own decision,
    with both texts before him.
    """
    kind, identity = kinds.get(record.kind), request.identity
    found = list(problems)
    body, handling = bound(kind, typed, found)
    disputed = disputing.to_correct(identity, record, version)
    pointing.mark(body, disputed)
    beside = panel(identity, record, typed)
    context = {
        "record": record,
        "version": version,
        "kind": kind,
        "body": body,
        "handling": handling,
        "panel": beside,
        "sections": outline(
            kind, body, handling, beside.problems, amends=record.current_id is not None
        ),
        "problems": [Need(where(kind, p), p.message, anchor(p.path)) for p in found],
        "disputed": [(point, anchor(point.path)) for point in disputed],
        "parties": list(Party.objects.all()),
        "named": named.choices(identity, typed.handling.get("named") or []),
        "etag": etag or version.etag,
        "unsaved": step is not None,
        "focus": _focus(body, step),
        "stale": stale,
        "differences": changes(record, version, fit(kind, typed)) if stale else [],
        "marking": page.marking(version, draft=True),
        "attachments": showing.rows(version),
        "attachment_problem": next((p.message for p in found if p.path == PATH), ""),
        "save_state": "changed" if found or stale or step else "saved",
        **_addresses(record),
    }
    return render(request, "records/editor/edit.html", context, status=status)


def _focus(body: Any, step: tuple[str, str] | None) -> str:
    """The id that the page jumps to after a row was added or moved."""
    return f"f-{step[1]}" if step else ""


def closed(request: Any, record: Record) -> HttpResponse:
    """The draft cannot be edited now: says why, and what one can do instead."""
    record.refresh_from_db()
    context = {
        "record": record,
        "kind": kinds.get(record.kind),
        "marking": Marking.of(record.tlp, record.audience, draft=record.current_id is None),
        **_addresses(record),
    }
    return render(request, "records/editor/closed.html", context, status=409)


def _addresses(record: Record) -> dict[str, str]:
    names = {
        "edit_url": "record-edit",
        "save_url": "record-save",
        "preview_url": "record-preview",
        "state_url": "record-draft-state",
        "submit_url": "record-submit",
        "record_url": "record",
        "withdraw_url": "record-withdraw",
        "amend_url": "record-amend",
        "delete_url": "record-discard" if record.current_id else "record-delete",
    }
    return {key: reverse(name, args=[record.pk]) for key, name in names.items()}
