"""The standing style page: every component once, for the eye and for the accessibility tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cordillera import clock
from cordillera.access.decide import needs
from cordillera.web.marking import Marking
from cordillera.web.views.examples import ENTRIES, FAR, NEAR, STEPS, form, relations, route
from cordillera.web.words import STATES


@needs("help.read")
@require_GET
def page(request: Any) -> HttpResponse:
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    now = clock.now()
    messages.success(request, "Released to Mexico and Canada.")
    return render(
        request,
        "web/style.html",
        {
            "selected": request.GET.get("shows") == "detail" or not request.GET.get("shows"),
            "marking": Marking.of("AMBER", ["US", "MX", "CA"]),
            "now": now,
            "entries": [
                {
                    "priority": priority,
                    "originator": originator,
                    "audience": audience,
                    "moment": now - timedelta(minutes=minutes),
                    "title": title,
                    "place": place,
                }
                for priority, originator, audience, minutes, title, place in ENTRIES
            ],
            "steps": [(now - timedelta(minutes=m), words, tone) for m, words, tone in STEPS],
            "form": form(),
            "near": route(NEAR),
            "far": route(FAR),
            **relations(),
            "page": Paginator(range(240), 25).page(2),
            "states": STATES,
            "labels": ["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"],
        },
    )
