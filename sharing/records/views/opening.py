"""Open a record for a reader: the same steps for every page that shows one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from .. import queries
from ..models import Record, Version
from ..reading import page
from ..reading.noted import note_reading


def opened(request: Any, pk: UUID | str, part: str = "summary") -> tuple[Record, Version]:
    """The record with the version that this reader sees. Reading another Party's is written down."""
    record = queries.get(request.identity, pk)
    version = queries.shown_version(request.identity, record)
    note_reading(request.identity, record, version, part=part)
    return record, version


def pane(request: Any, pk: UUID | str) -> dict[str, Any]:
    """The context of `records/pane.html`, for a page that shows a record beside a list."""
    record, version = opened(request, pk)
    return summary_context(request, record, version) | {"in_pane": True}


def summary_context(request: Any, record: Record, version: Version) -> dict[str, Any]:
    identity = request.identity
    return {
        **page.frame(identity, record, version, "summary"),
        **page.summary(identity, record, version),
    }


def wants_pane(request: Any) -> bool:
    """Whether only the fragment is wanted, without the frame around it."""
    headers = request.headers
    return "pane" in request.GET or ("HX-Request" in headers and "HX-Boosted" not in headers)


def show(request: Any, context: dict[str, Any], status: int = 200) -> HttpResponse:
    template = "records/pane.html" if wants_pane(request) else "records/record.html"
    in_pane = "pane" in request.GET
    return render(request, template, {**context, "in_pane": in_pane}, status=status)
