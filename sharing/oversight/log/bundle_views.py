"""The page of the signed bundle."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit import log
from audit.queries import Question
from cordillera import clock
from cordillera.access.decide import needs

from ..days import DaysForm, moments
from ..models import Bundle
from . import bundles, bundling
from .pages import tabs

TONES = {
    Bundle.WAITING: "",
    Bundle.MAKING: "blue",
    Bundle.DONE: "green",
    Bundle.CANCELLED: "",
    Bundle.FAILED: "red",
    Bundle.FULL: "amber",
}


class BundleForm(DaysForm):
    """Of which days the texts are wanted."""

    def question(self) -> Question:
        data, zone = self.cleaned_data, timezone.get_current_timezone_name()
        since, until = moments(data.get("since"), data.get("until"), zone)
        return Question(since=since, until=until)


@needs("audit.read")
@never_cache
@require_http_methods(["GET", "POST"])
def bundle(request: Any) -> HttpResponse:
    """A short one at once, a long one in the background. Taking one is an entry of the log."""
    form = BundleForm(request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, 422)
    party, question = request.identity.party, form.question()
    wanted = bundling.span(party, question)
    if wanted.too_large or not wanted.own:
        return _page(request, form, 422, wanted=wanted, party=party)
    if wanted.is_long:
        return _begin(request, wanted, question)
    log.write(
        "audit:bundle",
        actor=request.identity,
        detail={"first": wanted.first, "end": wanted.end, "entries": wanted.own},
    )
    with bundling.archive(party, wanted, bundles.workshop(bundles.AT_ONCE)) as made:
        answer = HttpResponse(made.read(), content_type="application/zip")
    name = f"cordillera-log-{party}-{clock.today().isoformat()}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _begin(request: Any, wanted: bundling.Span, question: Question) -> HttpResponse:
    try:
        bundles.ask(by=request.identity, wanted=wanted, since=question.since, until=question.until)
    except bundles.NotNow as error:
        messages.warning(request, str(error))
    return redirect("audit-bundle")


def _page(request: Any, form: BundleForm, status: int = 200, **more: Any) -> HttpResponse:
    """While one is made the page asks for its list again every two seconds."""
    rows = bundles.recent(request.identity)
    context = {
        "form": form,
        "tabs": tabs(),
        "tab": "bundle",
        "bundles": [_shown(row) for row in rows],
        "open": any(row.is_open for row in rows),
        **more,
    }
    return render(request, "oversight/log/bundle.html", context, status=status)


def _shown(row: Bundle) -> dict[str, Any]:
    until = row.asked_at + timedelta(days=bundles.days_kept())
    # The last day is whole: the end is the midnight behind it.
    last = row.until - timedelta(seconds=1) if row.until else None
    done = max(0, min(bundles.done(row), row.places)) if row.is_open else 0
    return {"row": row, "done": done, "until": until, "last": last, "tone": TONES[row.state]}


@needs("audit.read")
@never_cache
@require_GET
def file(request: Any, pk: UUID) -> HttpResponseBase:
    """The finished file, to who asked for it; each time is an entry of the log."""
    row = get_object_or_404(bundles.own(request.identity), pk=pk, state=Bundle.DONE)
    try:
        content = bundles.fetched(row, by=request.identity)
    except FileNotFoundError as error:
        raise Http404 from error
    day = timezone.localtime(row.asked_at).date().isoformat()
    name = f"cordillera-log-{row.party}-{day}.zip"
    return FileResponse(content, as_attachment=True, filename=name)


@needs("audit.read")
@require_POST
def cancel(request: Any, pk: UUID) -> HttpResponse:
    bundles.cancel(get_object_or_404(bundles.own(request.identity), pk=pk), by=request.identity)
    return redirect("audit-bundle")


@needs("audit.read")
@require_POST
def remove(request: Any, pk: UUID) -> HttpResponse:
    bundles.remove(get_object_or_404(bundles.own(request.identity), pk=pk), by=request.identity)
    return redirect("audit-bundle")
