"""Every request runs in one transaction, as one identity, and is refused unless a view says why not.

Refusals keep their audit entry: a 4xx answer commits, a 5xx answer rolls everything back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse

from . import refusals, session
from .decide import Decision, Refused
from .identity import Identity

#: Views of allauth that open without a session; every other one needs it.
OPEN_NAMES = {
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_inactive",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "mfa_trust",
}
OWN_ACCOUNT = ("allauth.",)


class identity:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        with transaction.atomic():
            request.identity = Identity.of(request.user) if request.user.is_authenticated else None
            session.assume(request.identity)
            try:
                response = self.get_response(request)
            finally:
                session._present.set(None)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def process_view(
        self, request: Any, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        permission = _permission(request, view)
        if permission == "open" or (permission and request.identity):
            return None
        if request.identity is None:
            return redirect_to_login(request.get_full_path())
        raise Refused(Decision(False, f"view:{view.__module__}", "declares a permission"))

    def process_exception(self, request: Any, exception: Exception) -> None:
        """Write the refusal down, then let Django (or a 404 that hides) answer."""
        if isinstance(exception, PermissionDenied):
            refusals.write_down(request, exception)
        if isinstance(exception, Refused) and exception.hidden:
            raise Http404 from exception


def _permission(request: Any, view: Any) -> str | None:
    if declared := getattr(view, "permission", None):
        return str(declared)
    if hasattr(view, "cls"):  # REST framework: each endpoint authenticates and declares for itself
        return "open"
    if view.__module__.startswith(OWN_ACCOUNT) or getattr(
        getattr(view, "view_class", None), "__module__", ""
    ).startswith(OWN_ACCOUNT):
        return "open" if request.resolver_match.url_name in OPEN_NAMES else "account.own"
    return None
