"""Where an officer lets happen what his administrator asked for: the link of his mail."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from cordillera.access.decide import open_page
from cordillera.access.identity import Identity

from ..actions import asking, confirmation
from ..forms import PasswordForm, attempt


@open_page
@never_cache
@sensitive_post_parameters("password")
def confirm(request: Any, token: str) -> HttpResponse:
    if not ratelimit.consume(request, action="reset_password_from_key"):
        return ratelimit.respond_429(request)
    asked = asking.find(token)
    if asked is None:
        return render(request, "parties/confirm_gone.html", status=410)
    form = PasswordForm(request.POST or None)
    if form.is_valid() and _is_his(request, form, asked):
        by = Identity.of(asked.officer)
        if attempt(form, confirmation.carry_out, token=token, by=by):
            messages.success(request, _("Done."))
            return redirect("account_login")
    return render(request, "parties/confirm.html", {"form": form, "asked": asked})


def _is_his(request: Any, form: PasswordForm, asked: asking.Asked) -> bool:
    """Whether the password is the officer's; tries are counted as at signing in."""
    given = form.cleaned_data["password"]
    try:
        found = get_adapter().authenticate(request, username=asked.officer.username, password=given)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    if found is None or found.pk != asked.officer.pk:
        form.add_error("password", _("This password is not right."))
        return False
    return True
