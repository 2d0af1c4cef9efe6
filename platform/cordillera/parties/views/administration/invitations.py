"""Invitations: who was invited, and the link to hand over when no mail arrives."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cordillera import clock
from cordillera.access.decide import needs

from ... import actions, queries
from ...forms import InvitationForm, attempt


@needs("officer.invite")
@never_cache
def invitations(request: Any) -> HttpResponse:
    units = queries.units(request.identity).filter(is_active=True)
    form = InvitationForm(
        request.POST or None, units=units, initial={"language": request.user.language}
    )
    context: dict[str, Any] = {}
    if form.is_valid():
        made = attempt(
            form,
            actions.invite,
            party=queries.party_of(request.identity),
            by=request.identity,
            **form.cleaned_data,
        )
        if made:
            context = {"made": made[0], "link": made[1]}
            form = InvitationForm(units=units, initial={"language": request.user.language})
    context |= {
        "form": form,
        "invitations": queries.invitations(request.identity)[:200],
        "now": clock.now(),
    }
    return render(request, "parties/administration/invitations.html", context)


@needs("officer.invite")
@require_POST
def invitation_revoke(request: Any, pk: UUID) -> HttpResponse:
    found = get_object_or_404(queries.invitations(request.identity), pk=pk, accepted_at=None)
    actions.revoke_invitation(invitation=found, by=request.identity)
    messages.success(request, _("The invitation of %(name)s ended.") % {"name": found.name})
    return redirect("administration-invitations")
