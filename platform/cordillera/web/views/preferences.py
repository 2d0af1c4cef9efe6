"""Language and theme: chosen in the officer menu, kept in the account and in cookies."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from cordillera.access.decide import open_page
from cordillera.parties.actions import accounts as actions
from cordillera.web.context import THEMES

YEAR = 365 * 24 * 3600


@open_page
@require_POST
def language(request: Any) -> HttpResponse:
    """Keeps the language in a cookie, and with the account of who is signed in."""
    response = HttpResponseRedirect(_back(request))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        keep(response, settings.LANGUAGE_COOKIE_NAME, chosen)
        if request.identity:
            _keep_with_account(request, chosen)
    return response


@open_page
@require_POST
def theme(request: Any) -> HttpResponse:
    """Keeps light, dark or auto in a cookie: the first byte of the next page knows it."""
    chosen = request.POST.get("theme", "")
    response = HttpResponseRedirect(_back(request))
    if chosen in THEMES:
        keep(response, "theme", chosen)
    return response


def _keep_with_account(request: Any, language: str) -> None:
    officer = request.user
    actions.save_preferences(
        officer=officer,
        language=language,
        time_zone=officer.time_zone,
        single_key_shortcuts=officer.single_key_shortcuts,
        mail_notices=officer.mail_notices,
        by=request.identity,
    )


def keep(response: HttpResponse, name: str, value: str) -> None:
    """In a cookie, for a year."""
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SECURE)


def _back(request: Any) -> str:
    """The page that was open, if it is ours."""
    there = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(there, {request.get_host()}, request.is_secure())
    return there if ours else "/"
