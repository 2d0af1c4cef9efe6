"""An officer's own account: details, sessions, tokens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cordillera.access.decide import needs

from .. import actions, preferences, queries, sessions
from ..forms import PreferencesForm, TokenForm, attempt
from ..proof import fresh_proof
from ..scopes import allowed_scopes
from ..sign_in import MFAAdapter

OWN = ("language", "time_zone", "single_key_shortcuts", "mail_notices")


@needs("account.own")
def account(request: Any) -> HttpResponse:
    officer = request.user
    form = PreferencesForm(
        request.POST or None, initial={name: getattr(officer, name) for name in OWN}
    )
    if form.is_valid():
        saved = attempt(
            form,
            actions.save_preferences,
            officer=officer,
            by=request.identity,
            **form.cleaned_data,
        )
        if saved:
            with override(saved.language):
                messages.success(request, _("Saved."))
            return redirect("account")
    return render(request, "parties/account.html", {"form": form, "officer": officer})


@needs("account.own")
def second_factor(request: Any) -> HttpResponse:
    """Where an officer without a required second factor is led."""
    if queries.has_second_factor(request.user):
        return redirect("mfa_index")
    return render(request, "parties/second_factor.html", {"required": settings.MFA_REQUIRED})


@needs("account.own")
def session_list(request: Any) -> HttpResponse:
    found = UserSession.objects.purge_and_list(request.user)
    found.sort(key=lambda session: session.last_seen_at, reverse=True)
    return render(request, "parties/sessions.html", {"sessions": found})


@needs("account.own")
@require_POST
def session_revoke(request: Any, pk: int | None = None) -> HttpResponse:
    """End one of the own sessions, or all but this one."""
    mine = UserSession.objects.filter(user=request.user)
    mine = mine.exclude(session_key=request.session.session_key)
    if pk is not None:
        get_object_or_404(mine, pk=pk)
        mine = mine.filter(pk=pk)
    ended = sessions.revoke(officer=request.user, rows=mine, by=request.identity)
    messages.success(request, _("Sessions ended: %(number)d.") % {"number": ended})
    return redirect("usersessions_list")


@needs("token.own")
@never_cache
@fresh_proof
def tokens(request: Any) -> HttpResponse:
    days = preferences.of(request.user.party).token_days
    form = TokenForm(
        request.POST or None, scopes=allowed_scopes(request.user), initial={"days": days}
    )
    raw = ""
    if form.is_valid():
        made = attempt(
            form,
            actions.make_token,
            account=request.user,
            by=request.identity,
            **form.cleaned_data,
        )
        if made:
            raw = made[1]
            form = TokenForm(scopes=allowed_scopes(request.user), initial={"days": days})
    context = {"form": form, "raw": raw, "tokens": queries.own_tokens(request.identity)}
    return render(request, "parties/tokens.html", context)


@needs("token.own")
@require_POST
def token_revoke(request: Any, pk: UUID) -> HttpResponse:
    token = get_object_or_404(queries.own_tokens(request.identity), pk=pk)
    actions.revoke_token(token=token, by=request.identity)
    messages.success(request, _("The token “%(label)s” ended.") % {"label": token.label})
    return redirect("account-tokens")


class RemovePasskey(RemoveWebAuthnView):
    """allauth's page, which would also remove the last factor where one is required."""

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = MFAAdapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_list_webauthn")
        return super().form_valid(form)


passkey_remove = needs("account.own")(RemovePasskey.as_view())
