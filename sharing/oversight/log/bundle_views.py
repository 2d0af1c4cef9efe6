"""The page of the signed bundle."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit import log
from audit.queries import Question
from cordillera import clock
from cordillera.access.decide import needs

from . import bundling
from .asking import DAY, days
from .pages import tabs


class DaysForm(forms.Form):
    """Of which days the texts are wanted; both ends may stay open."""

    since = forms.DateField(label=pgettext_lazy("date", "From"), required=False, widget=DAY)
    until = forms.DateField(label=pgettext_lazy("date", "To"), required=False, widget=DAY)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", _("This day comes before the first one."))
        return data

    def question(self) -> Question:
        since, until = days(self.cleaned_data)
        return Question(since=since, until=until)


@needs("audit.read")
@never_cache
@require_http_methods(["GET", "POST"])
def bundle(request: Any) -> HttpResponse:
    """Taking one is an entry of the log."""
    form = DaysForm(request.POST if request.method == "POST" else None)
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
