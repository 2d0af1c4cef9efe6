"""Accepting an invitation: the one page that makes an account, for who holds the link.

It speaks the language of the invitation, unless this browser has chosen one; the sign-in that follows
speaks the one that the account was made with.
"""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from cordillera.access.decide import open_page
from cordillera.web.views import preferences

from ..actions import invitations
from ..forms import AcceptForm, attempt
from ..models import Invitation


@open_page
@never_cache
@sensitive_post_parameters("password", "again")
def invitation(request: Any, secret: str) -> HttpResponse:
    if not ratelimit.consume(request, action="reset_password_from_key"):
        return ratelimit.respond_429(request)
    found = invitations.find(secret)
    if found is None:
        return render(request, "parties/invitation_gone.html", status=410)
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return _accept(request, secret, found)
    with translation.override(found.language):
        request.LANGUAGE_CODE = found.language
        response = _accept(request, secret, found)
        response["Content-Language"] = found.language
        return response


def _accept(request: Any, secret: str, found: Invitation) -> HttpResponse:
    initial = {
        "name": found.name,
        "language": found.language,
        "time_zone": found.party.time_zone,
        "username": f"{found.party_id}.{found.email.partition('@')[0]}".lower(),
    }
    form = AcceptForm(request.POST or None, initial=initial)
    if form.is_valid():
        values = {k: v for k, v in form.cleaned_data.items() if k != "again"}
        if attempt(form, invitations.accept, secret=secret, **values):
            messages.success(request, _("Your account is ready. Sign in with it now."))
            response = redirect("account_login")
            preferences.keep(response, settings.LANGUAGE_COOKIE_NAME, values["language"])
            return response
    return render(request, "parties/invitation.html", {"form": form, "invitation": found})
