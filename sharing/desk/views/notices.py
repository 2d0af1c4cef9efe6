"""The notice board, as a list and as a calendar."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cordillera.access.decide import needs, permits
from cordillera.parties.models import Party
from sharing.records import codes, disputes
from sharing.records.problems import Invalid, NotNow

from .. import actions, board, queries

PAGE = 40


@needs("notices.read")
@never_cache
@require_GET
def notices(request: Any) -> HttpResponse:
    asked = board.Asked.read(request.GET)
    found = board.notices(request.identity, asked)
    context = {"asked": asked, "choices": choices(), **counts(found), **addresses(asked)}
    context["drafts"] = bool(permits(request.identity, "record.draft"))
    if asked.view == "calendar":
        context |= calendar_context(found, asked)
        return render(request, "desk/notices_calendar.html", context)
    page = Paginator(board.coming(found, asked.over), PAGE).get_page(request.GET.get("page"))
    disputes.mark(page.object_list)
    context |= {
        "page": page,
        "lines": board.lines(request.identity, page.object_list),
        "may_acknowledge": bool(permits(request.identity, "record.answer")),
    }
    return render(request, "desk/notices.html", context)


@needs("inbox.decide")
@require_POST
def acknowledge(request: Any, pk: UUID) -> HttpResponse:
    """Acknowledge a notice from the board, without leaving it."""
    item = queries.items(request.identity).filter(record=pk).first()
    if item is None:
        raise Http404
    try:
        actions.acknowledge(item=item, by=request.identity)
        messages.success(
            request, _("%(reference)s is acknowledged.") % {"reference": item.reference}
        )
    except Invalid as wrong:
        messages.error(request, str(wrong.problems[0].message))
    except NotNow as refused:
        messages.error(request, refused.message)
    query = board.Asked.read(request.GET).query()
    return redirect(f"{reverse('notices')}?{query}" if query else "notices")


def calendar_context(found: Any, asked: board.Asked) -> dict[str, Any]:
    first = asked.first_day
    weeks = board.month(found, first)
    inside = [day for week in weeks for day in week if not day.outside]
    return {
        "first": first,
        "weeks": weeks,
        "any_this_month": any(day.takes_effect or day.comments_end for day in inside),
        "weekdays": board.weekdays(),
        "before": asked.query(month=board.beside(first, -1)),
        "after": asked.query(month=board.beside(first, 1)),
    }


def addresses(asked: board.Asked) -> dict[str, str]:
    """The same question shown otherwise."""
    return {
        "list_query": asked.query(view="", over="", month=""),
        "list_view": asked.query(view="", month=""),
        "calendar_view": asked.query(view="calendar", over=""),
    }


def counts(found: Any) -> dict[str, int]:
    return {
        "coming_count": board.coming(found, over=False).count(),
        "over_count": board.coming(found, over=True).count(),
    }


def choices() -> dict[str, Any]:
    language = get_language() or "en"
    return {
        "parties": Party.objects.all(),
        "impacts": codes.get("impact").choices(language),
        "stages": codes.get("stage").choices(language),
    }
