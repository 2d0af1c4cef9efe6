"""The drawn searches: what waits, one of them with its verdict, and the months."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cordillera.access.decide import needs

from ..models import SearchReview
from . import actions, queries, words

PAGE = 30
SHOWS = ("open", "overdue", "decided", "all")


@needs("review.read")
@never_cache
@require_GET
def searches(request: Any) -> HttpResponse:
    """What waits for review, the oldest first; or what is decided."""
    show = request.GET.get("show", "open")
    show = show if show in SHOWS else "open"
    page = Paginator(queries.shown(request.identity, show), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [words.row(one) for one in page.object_list],
        "show": show,
        "counts": queries.counts(request.identity),
        "months": queries.months(request.identity),
        "days": settings.SEARCH_REVIEW_DAYS,
        "share": settings.SEARCH_SAMPLE * 100,
    }
    return render(request, "oversight/searches/list.html", context)


@needs("review.read")
@never_cache
@require_http_methods(["GET", "POST"])
def review(request: Any, pk: UUID) -> HttpResponse:
    """One search; POST gives the verdict and goes on to the next one that waits."""
    found = queries.one(request.identity, pk)
    if request.method == "GET":
        return _page(request, found, {"verdict": found.verdict, "note": found.note}, {})
    given = {"verdict": request.POST.get("verdict", ""), "note": request.POST.get("note", "")}
    try:
        done = actions.decide(review=pk, by=request.identity, **given)
    except actions.CannotDecide as wrong:
        return _page(request, found, given, wrong.problems, status=422)
    except actions.Decided:
        messages.error(request, _("This review has ended already; its verdict stays."))
        return redirect("search-review", pk)
    messages.success(
        request, _("The verdict is written down: %(it)s.") % {"it": done.get_verdict_display()}
    )
    onward = queries.after(request.identity, done)
    return redirect("search-review", onward.pk) if onward else redirect("searches")


def _page(
    request: Any,
    found: SearchReview,
    given: dict[str, str],
    problems: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    context = {
        **words.row(found),
        "given": given,
        "problems": problems,
        "verdicts": SearchReview.VERDICTS,
        "next": queries.after(request.identity, found),
    }
    return render(request, "oversight/searches/review.html", context, status=status)
