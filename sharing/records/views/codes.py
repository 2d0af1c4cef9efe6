"""Options of a code list while one types, as a piece of HTML for the combobox."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cordillera.access.decide import needs

from .. import codes
from ..writing.form import language

MOST = 20
LONGEST = 100


@require_safe
@needs("codes.read")
def options(request: HttpRequest, name: str) -> HttpResponse:
    """The codes of list `name` that fit `q`, best first."""
    if name not in codes.names():
        raise Http404
    known = codes.get(name)
    typed = request.GET.get("q", "")[:LONGEST]
    found = known.search(typed, language(), MOST)
    rows = [(entry, known.brief(entry.code, "") if name == "hs" else entry.code) for entry in found]
    return render(
        request, "records/editor/options.html", {"rows": rows, "typed": typed, "list": known}
    )
