"""What each signed-in request passes: language and time zone, the second factor, last seen."""

from __future__ import annotations

import logging
import zoneinfo
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from redis import RedisError

from . import queries
from .sessions import fingerprint

logger = logging.getLogger(__name__)

Response = Callable[..., HttpResponse]

#: What an officer may open before a required second factor is set up.
BEFORE_SECOND_FACTOR = {
    "second-factor",
    "account_logout",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "language",
    "theme",
    "health",
}
SEEN_SECONDS = 60


def preferences(get_response: Response) -> Response:
    """Each officer's language and time zone; before sign-in the cookie's or the browser's."""

    def middleware(request: Any) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            language, zone = user.language, user.time_zone
        else:
            language, zone = translation.get_language_from_request(request)[:2], "UTC"
        with translation.override(language), timezone.override(zoneinfo.ZoneInfo(zone)):
            request.LANGUAGE_CODE = language
            response = get_response(request)
            response.headers.setdefault("Content-Language", language)
            if user.is_authenticated:
                # What one officer sees must not lie in a cache between here and the next one.
                response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return middleware


class second_factor:
    """With MFA_REQUIRED, an officer without a second factor sets one up before anything else."""

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not settings.MFA_REQUIRED or not request.user.is_authenticated:
            return None
        if request.resolver_match.url_name in BEFORE_SECOND_FACTOR or self._has_one(request):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": reverse("second-factor")})
        return redirect("second-factor")

    @staticmethod
    def _has_one(request: Any) -> bool:
        # Remembered in the session: while one is required, the last one cannot be removed.
        if request.session.get("second_factor"):
            return True
        found = queries.has_second_factor(request.user)
        if found:
            request.session["second_factor"] = True
        return found


class activity:
    """Keeps "last seen" of the session list, at most once a minute: every request would write."""

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated and _is_due(key):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        """Without Redis nobody counts attempts, so signing in waits; all else goes on."""
        if not isinstance(exception, RedisError):
            return None
        logger.error("sign-in.uncounted: %s", exception)
        response = render(request, "parties/unavailable.html", status=503)
        response["Retry-After"] = "60"
        return response


def _is_due(session_key: str) -> bool:
    try:
        return bool(cache.add(f"seen:{fingerprint(session_key)}", 1, SEEN_SECONDS))
    except RedisError as error:
        logger.warning("sessions.unseen: %s", error)
        return False
