"""The log of the own Party, for its auditors."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from audit import queries, standing
from audit.cursor import BadCursor
from cordillera.access.decide import needs

from . import showing
from .asking import QuestionForm
from .pages import tabs
from .witnesses import witnesses


@needs("audit.read")
@never_cache
@require_GET
def entries(request: Any) -> HttpResponse:
    form = QuestionForm(request.GET or None, request.identity.party)
    cursor, found = request.GET.get("after", ""), queries.Page()
    if not form.is_bound or form.is_valid():
        try:
            found = queries.page(request.identity.party, form.question(), cursor)
        except BadCursor:
            return HttpResponseBadRequest(_("This is not an address of the log."))
    look = standing.look([entry.pk for entry in found.entries])
    rows = showing.rows(found.entries, look)
    asked = request.GET.copy()
    asked.pop("after", None)
    context = {
        "form": form,
        "rows": rows,
        "days": list(showing.by_day(rows)),
        "wrong": sum(row.standing.state == "wrong" for row in rows),
        "look": look,
        "older": found.older,
        "asked": asked.urlencode(),
        "narrowed": any(asked.values()),
        "names": showing.names(found.entries),
        "later_page": bool(cursor),
        "witnesses": witnesses(),
        "tabs": tabs(),
        "tab": "entries",
    }
    return render(request, "oversight/log/list.html", context)
