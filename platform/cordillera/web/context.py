"""What every template knows: add `cordillera.web.context.frame` to the context processors."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from cordillera.web import navigation
from cordillera.web.marking import Marking

THEMES = ("auto", "light", "dark")
LIVE_TICKET = "/live/ticket"


def theme_of(request: HttpRequest) -> str:
    """The theme this browser chose: auto, light or dark."""
    theme = request.COOKIES.get("theme", "auto")
    return theme if theme in THEMES else "auto"


def frame(request: HttpRequest) -> dict[str, Any]:
    """`identity`, `theme`, `marking` (a view may pass its own), `navigation`, `languages` …"""
    identity = getattr(request, "identity", None)
    user = getattr(request, "user", None)
    return {
        "identity": identity,
        "theme": theme_of(request),
        "marking": Marking(),
        "navigation": SimpleLazyObject(lambda: navigation.entries(identity, _open_at(request))),
        "navigation_actions": SimpleLazyObject(lambda: navigation.actions(identity)),
        "unread": cache(lambda: navigation.unread(identity)),
        "live_ticket": LIVE_TICKET,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "languages": settings.LANGUAGES,
        "single_keys": getattr(user, "single_key_shortcuts", True),
    }


def _open_at(request: HttpRequest) -> str:
    """The path of the page that is open: a refreshed navigation is told it in `?at=`."""
    if request.path == reverse("navigation"):
        return request.GET.get("at", "")
    return request.path
