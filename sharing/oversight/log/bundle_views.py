"""The page of the signed bundle."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit import log
from audit.queries import Question
from cordillera import clock
from cordillera.access.decide import needs

from ..days import DaysForm, moments
from . import bundling
from .pages import tabs


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
    """Taking one is an entry of the log."""
    form = BundleForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "tabs": tabs(), "tab": "bundle"}
    if request.method == "GET":
        return render(request, "oversight/log/bundle.html", context)
    if not form.is_valid():
        return render(request, "oversight/log/bundle.html", context, status=422)
    party = request.identity.party
    wanted = bundling.span(party, form.question())
    if wanted.too_large or not wanted.own:
        context |= {"wanted": wanted, "party": party}
        return render(request, "oversight/log/bundle.html", context, status=422)
    log.write(
        "audit:bundle",
        actor=request.identity,
        detail={"first": wanted.first, "end": wanted.end, "entries": wanted.own},
    )
    with bundling.archive(party, wanted) as file:
        answer = HttpResponse(file.read(), content_type="application/zip")
    name = f"cordillera-log-{party}-{clock.today().isoformat()}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
