"""Renewing a record: later dates, proposed to a second officer."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cordillera.access.decide import needs

from .. import actions, lifecycle, queries
from ..models import Record
from ..problems import Invalid, NotNow
from ..reading import page, withheld
from ..reading.offers import Situation
from ..reading.renewal import DATES, proposed_dates
from .decisions import not_now, typed_words


@needs("record.amend")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: Any, pk: UUID) -> HttpResponse:
    """Ask for the dates and the reason; propose them as an amendment of the dates alone."""
    record = queries.get(request.identity, pk, "record.amend")
    if request.method != "POST":
        dates = {name: day.isoformat() for name, day in proposed_dates(record).items()}
        return _form(request, record, dates, {})
    typed = {name: str(request.POST.get(name, "")).strip()[:40] for name in DATES}
    days, wrong = _days(typed)
    reason, problem = typed_words(request, "reason")
    if problem or not reason:
        wrong["reason"] = problem or _("Say why it is still needed.")
    try:
        if not wrong:
            actions.renew(record=record, by=request.identity, reason=reason, **days)
    except Invalid as invalid:
        wrong = {p.path.removeprefix("handling."): str(p.message) for p in invalid.problems}
    except NotNow as refused:
        return not_now(request, pk, refused)
    if wrong:
        return _form(request, record, typed, wrong, 422)
    messages.success(request, _("The renewal is proposed; a second officer decides it."))
    return redirect("record", pk=pk)


def _days(typed: dict[str, str]) -> tuple[dict[str, date], dict[str, str]]:
    days, wrong = {}, {}
    for name, text in typed.items():
        try:
            days[name] = date.fromisoformat(text)
        except ValueError:
            wrong[name] = _("Choose a day.") if not text else _("This is no day of the calendar.")
    return days, wrong


def _form(
    request: Any, record: Record, dates: dict[str, str], wrong: dict[str, str], status: int = 200
) -> HttpResponse:
    version = queries.shown_version(request.identity, record)
    decision = queries.open_decision(record)
    asked = [
        ("review_on", _("Review on"), record.review_on),
        ("expires_on", _("Expires on"), record.expires_on),
    ]
    context = {
        "record": record,
        "version": version,
        "days": [(n, label, now, dates[n], wrong.pop(n, "")) for n, label, now in asked],
        "reason": request.POST.get("reason", ""),
        "reason_problem": wrong.pop("reason", ""),
        "others": list(wrong.values()),
        "possible": decision is None and lifecycle.allows("amend", record.state),
        "withheld": withheld.withheld(Situation(request.identity, record, decision)),
        "marking": page.marking(version, record.current_id is None),
    }
    return render(request, "records/renew.html", context, status=status)
