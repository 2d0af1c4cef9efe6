"""System accounts: machines of the Party that use the API, and their tokens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cordillera.access.decide import needs

from ... import actions, preferences, queries
from ...forms import SystemAccountForm, TokenForm, attempt
from ...models import AccessToken
from ...proof import fresh_proof
from ...scopes import allowed_scopes


@needs("administration.read")
def systems(request: Any) -> HttpResponse:
    form = SystemAccountForm(request.POST or None, units=queries.units(request.identity))
    if form.is_valid():
        made = attempt(
            form,
            actions.create_officer,
            party=queries.party_of(request.identity),
            is_system=True,
            by=request.identity,
            **form.cleaned_data,
        )
        if made:
            return redirect("administration-system", pk=made.pk)
    context = {"form": form, "systems": queries.system_accounts(request.identity)}
    return render(request, "parties/administration/systems.html", context)


@needs("token.manage")
@never_cache
@fresh_proof
def system(request: Any, pk: UUID) -> HttpResponse:
    found = get_object_or_404(queries.system_accounts(request.identity), pk=pk)
    options: dict[str, Any] = {
        "scopes": allowed_scopes(found),
        "initial": {"days": preferences.of(found.party).token_days},
    }
    form, raw = TokenForm(request.POST or None, **options), ""
    if form.is_valid():
        made = attempt(
            form, actions.make_token, account=found, by=request.identity, **form.cleaned_data
        )
        if made:
            form, raw = TokenForm(**options), made[1]
    context = {
        "form": form,
        "raw": raw,
        "system": found,
        "tokens": found.tokens.order_by("-created_at"),
    }
    return render(request, "parties/administration/system.html", context)


@needs("officer.manage")
@require_POST
def system_act(request: Any, pk: UUID, act: str) -> HttpResponse:
    found = get_object_or_404(queries.system_accounts(request.identity), pk=pk)
    if act not in ("activate", "deactivate"):
        raise Http404
    if act == "deactivate":
        actions.deactivate(officer=found, by=request.identity)
        messages.success(request, _("The account is closed; its tokens ended."))
    else:
        actions.activate(officer=found, by=request.identity)
        messages.success(request, _("The account is open again."))
    return redirect("administration-system", pk=pk)


@needs("token.manage")
@require_POST
def token_revoke(request: Any, pk: UUID) -> HttpResponse:
    """End a token of the Party: of a system account or of an officer."""
    accounts = queries.accounts(request.identity)
    token = get_object_or_404(AccessToken.objects.filter(account__in=accounts), pk=pk)
    actions.revoke_token(token=token, by=request.identity)
    messages.success(request, _("The token “%(label)s” ended.") % {"label": token.label})
    name = "administration-system" if token.account.is_system else "administration-officer"
    return redirect(name, pk=token.account_id)
