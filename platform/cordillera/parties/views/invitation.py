"""Accepting an invitation: the one page that makes an account, for who holds the link."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from cordillera.access.decide import open_page

from ..actions import invitations
from ..forms import AcceptForm, attempt


@open_page
@never_cache
@sensitive_post_parameters("password", "again")
def invitation(request: Any, secret: str) -> HttpResponse:
    if not ratelimit.consume(request, action="reset_password_from_key"):
        return ratelimit.respond_429(request)
    found = invitations.find(secret)
    if found is None:
        return render(request, "parties/invitation_gone.html", status=410)
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
            return redirect("account_login")
    return render(request, "parties/invitation.html", {"form": form, "invitation": found})
