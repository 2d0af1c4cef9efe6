"""Proof that the officer at the keyboard is the officer: signing in gives it, and it grows old.

Releasing and recalling ask for it again when it is older than REAUTHENTICATION_SECONDS. The page
that asks carries every field of the form that was sent, and sends them on with the proof to the
very same address: nothing typed is lost, and no script is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core import ratelimit
from allauth.mfa.base.forms import ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from cordillera import clock

View = TypeVar("View", bound=Callable[..., Any])

SESSION_KEY = "proved_at"
#: The fields of the asking page, which the view behind never sees.
FIELDS = ("proof_password", "proof_code", "proof_credential")


def given(request: Any) -> None:
    """Note in the session that a proof was given now."""
    request.session[SESSION_KEY] = clock.now().timestamp()


def recent(request: Any) -> bool:
    """Whether the last proof of this session is young enough for a decision."""
    at = request.session.get(SESSION_KEY)
    age = clock.now().timestamp() - at if isinstance(at, int | float) else None
    return age is not None and 0 <= age < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def fresh_proof(view: View) -> View:
    """A page view whose POST only runs with a recent proof; a GET runs always.

    Put it below @needs. Works for forms sent by htmx too: the asking page then replaces the body.
    """

    @wraps(view)
    @sensitive_post_parameters(*FIELDS)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        error = ""
        if not recent(request):
            if not any(request.POST.get(name) for name in FIELDS):
                empty = "proof_password" in request.POST or "proof_code" in request.POST
                return _ask(request, _("Type your password, or a code.") if empty else "")
            error = _check(request)
        if error:
            return _ask(request, error)
        _forget_fields(request)
        return view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]


def _check(request: Any) -> str:
    """Empty when the proof that came is right, else what to tell the officer."""
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        return _("Too many attempts. Wait a minute and try again.")
    try:
        if credential := request.POST.get("proof_credential"):
            return _check_form(ReauthenticateWebAuthnForm, request, {"credential": credential})
        if code := request.POST.get("proof_code", "").strip():
            return _check_form(ReauthenticateForm, request, {"code": code})
        if get_adapter().reauthenticate(request.user, request.POST.get("proof_password", "")):
            reauthenticate_by_password(request)
            return ""
    except ValidationError as error:
        return " ".join(error.messages)
    return _("This password is not right.")


def _check_form(kind: Any, request: Any, data: dict[str, str]) -> str:
    form = kind(user=request.user, data=data)
    if form.is_valid():
        form.save()
        return ""
    return " ".join(message for messages in form.errors.values() for message in messages)


def _forget_fields(request: Any) -> None:
    kept = request.POST.copy()
    for name in FIELDS:
        kept.pop(name, None)
    kept._mutable = False
    request.POST = kept


def _ask(request: HttpRequest, error: str = "") -> HttpResponse:
    user: Any = request.user
    types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "error": error,
        "at": next((name for name in reversed(FIELDS) if request.POST.get(name)), FIELDS[0]),
        "languages": (),  # Changing it would lose what is carried.
        "carried": [
            (name, value)
            for name, values in request.POST.lists()
            if name not in (*FIELDS, "csrfmiddlewaretoken")
            for value in values
        ],
        "has_password": user.has_usable_password(),
        "has_code": bool(types & {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES}),
        "passkey": begin_authentication(user) if Authenticator.Type.WEBAUTHN in types else None,
    }
    response = render(request, "parties/proof.html", context)
    response["Cache-Control"] = "no-store"
    if request.headers.get("HX-Request"):
        response["HX-Retarget"] = "body"
        response["HX-Reswap"] = "innerHTML"
        response["HX-Reselect"] = "body > *"
        response["HX-Push-Url"] = "false"
    return response
