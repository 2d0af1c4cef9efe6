"""Officers: who they are, what they may do, and when they no longer may."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cordillera.access.decide import needs

from ... import actions, queries, sessions
from ...forms import OfficerForm, attempt
from ...models import ROLES
from ...proof import fresh_proof

_LINK_SENT = gettext_lazy(
    "The address changes when the officer opens the link that was sent to {address}."
)
_FACTORS_LINK = gettext_lazy(
    "A link was sent to {address}. The second factors are removed when the officer opens it."
)


@needs("administration.read")
def officers(request: Any) -> HttpResponse:
    found = queries.officers(request.identity)
    text, role = (
        request.GET.get("q", "").replace("\0", "").strip()[:100],
        request.GET.get("role", ""),
    )
    if text:
        found = found.filter(
            Q(name__icontains=text) | Q(username__icontains=text) | Q(unit__name__icontains=text)
        )
    if role in dict(ROLES):
        found = found.filter(roles__contains=[role])
    if request.GET.get("closed"):
        found = found.filter(is_active=False)
    context = {
        "page": Paginator(found.order_by("-is_active", "name", "pk"), 50).get_page(
            request.GET.get("page")
        ),
        "roles": ROLES,
        "asked": {"q": text, "role": role, "closed": request.GET.get("closed", "")},
    }
    return render(request, "parties/administration/officers.html", context)


@needs("officer.manage")
@fresh_proof
def officer(request: Any, pk: UUID) -> HttpResponse:
    found = get_object_or_404(queries.officers(request.identity), pk=pk)
    names = ("name", "email", "unit", "roles", "listed")
    form = OfficerForm(
        request.POST or None,
        units=queries.units(request.identity).filter(is_active=True),
        initial={name: getattr(found, name) for name in names},
    )
    if form.is_valid():
        values = form.cleaned_data
        changed = attempt(
            form, actions.change_officer, officer=found, by=request.identity, **values
        )
        if changed:
            messages.success(request, _("Saved."))
            if changed.email != values["email"]:
                messages.info(request, str(_LINK_SENT).format(address=changed.email))
            return redirect("administration-officer", pk=pk)
    context = {
        "form": form,
        "officer": found,
        "sessions": UserSession.objects.filter(user=found).order_by("-last_seen_at"),
        "tokens": found.tokens.filter(revoked_at=None),
        "is_self": found.pk == request.identity.account,
    }
    return render(request, "parties/administration/officer.html", context)


@needs("officer.manage")
@require_POST
@fresh_proof
def officer_act(request: Any, pk: UUID, act: str) -> HttpResponse:
    """Deactivate or activate the account, end its sessions, or ask its officer to let the second
    factors be removed."""
    found = get_object_or_404(queries.officers(request.identity), pk=pk)
    try:
        messages.success(request, _act(found, act, request.identity))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("administration-officer", pk=pk)


def _act(found: Any, act: str, by: Any) -> str:
    """Do it, and what to say about it."""
    match act:
        case "deactivate":
            actions.deactivate(officer=found, by=by)
            return _("The account is closed; its sessions and tokens ended.")
        case "activate":
            actions.activate(officer=found, by=by)
            return _("The account is open again.")
        case "sessions":
            rows = UserSession.objects.filter(user=found)
            number = sessions.revoke(officer=found, rows=rows, by=by)
            return _("Sessions ended: %(number)d.") % {"number": number}
        case "factors":
            actions.ask(officer=found, what="factors", by=by)
            return str(_FACTORS_LINK).format(address=found.email)
    raise Http404
