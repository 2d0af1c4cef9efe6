"""Error pages in calm, plain words. A part of a page (htmx) gets a toast instead of a page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from cordillera.access.decide import Refused, open_page

TOO_BIG = (RequestDataTooBig, TooManyFieldsSent)


def bad_request(request: Any, exception: Exception) -> HttpResponse:
    if isinstance(exception, TOO_BIG):
        return _answer(request, 413)
    return _answer(request, 400)


def refused(request: Any, exception: Exception | None = None) -> HttpResponse:
    """Says why, when the policy table said why."""
    return _answer(request, 403, str(exception) if isinstance(exception, Refused) else "")


def not_found(request: Any, exception: Exception) -> HttpResponse:
    return _answer(request, 404)


def wrong_method(request: Any) -> HttpResponse:
    return _answer(request, 405)


def failed(request: Any) -> HttpResponse:
    """The database may be what failed: this page asks nothing of it."""
    return HttpResponse(render_to_string("500.html"), status=500)


@open_page
def too_many(request: Any, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 429)


@open_page
def forged(request: Any, reason: str = "") -> HttpResponse:
    """A form without its token: mostly a page that stayed open across a sign-out."""
    return _answer(request, 403, template="403_csrf.html")


def _answer(request: Any, status: int, reason: str = "", template: str = "") -> HttpResponse:
    name = template or f"{status}.html"
    if request.headers.get("HX-Request"):
        return _toast(request, status, reason)
    return render(request, name, {"reason": reason}, status=status)


def _toast(request: Any, status: int, reason: str) -> HttpResponse:
    response = render(
        request, "web/components/error_toast.html", {"reason": reason, "status": status}
    )
    response.status_code = status
    response["HX-Retarget"] = "#toasts"
    response["HX-Reswap"] = "beforeend"
    response["HX-Reselect"] = ".toast"
    return response
