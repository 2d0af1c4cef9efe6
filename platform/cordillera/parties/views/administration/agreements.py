"""What may be released to each other Party, and whether sharing with it is suspended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cordillera.access.decide import needs

from ... import agreements as between
from ...forms import attempt
from ...models import Agreement, Party
from ...proof import fresh_proof
from ...trust_forms import AgreementForm, NamesForm, SuspendForm


def _others(identity: Any) -> Any:
    return Party.objects.exclude(code=identity.party)


def _kinds(agreement: Agreement) -> list[str]:
    labels = dict(between.kinds())
    return [str(labels.get(code, code)) for code in agreement.kinds or []]


@needs("agreement.manage")
def agreements(request: Any) -> HttpResponse:
    own = request.identity.party
    rows = []
    for party in _others(request.identity):
        found = between.between(own, party.code)
        rows.append({"party": party, "agreement": found, "kinds": _kinds(found)})
    return render(request, "parties/administration/agreements.html", {"rows": rows})


@needs("agreement.manage")
@fresh_proof
def agreement(request: Any, code: str) -> HttpResponse:
    party = get_object_or_404(_others(request.identity), code=code)
    found = between.between(request.identity.party, code)
    form = AgreementForm(request.POST or None, initial=AgreementForm.beginning(found))
    if form.is_valid() and attempt(
        form,
        between.change,
        party_code=request.identity.party,
        other=code,
        by=request.identity,
        **form.values(),
    ):
        messages.success(request, _("Saved."))
        return redirect("administration-agreement", code=code)
    return _show(request, party, found, form, SuspendForm())


@needs("agreement.manage")
@require_POST
@fresh_proof
def suspend(request: Any, code: str) -> HttpResponse:
    party = get_object_or_404(_others(request.identity), code=code)
    form = SuspendForm(request.POST)
    if form.is_valid() and attempt(
        form,
        between.suspend,
        party_code=request.identity.party,
        other=code,
        by=request.identity,
        reason=form.cleaned_data["reason"],
    ):
        words = _("Sharing with %(party)s is suspended: nothing more leaves for it.")
        messages.success(request, words % {"party": code})
        return redirect("administration-agreement", code=code)
    found = between.between(request.identity.party, code)
    ceilings = AgreementForm(initial=AgreementForm.beginning(found))
    return _show(request, party, found, ceilings, form, 422)


@needs("agreement.manage")
@require_POST
@fresh_proof
def resume(request: Any, code: str) -> HttpResponse:
    get_object_or_404(_others(request.identity), code=code)
    between.resume(request.identity.party, code, by=request.identity)
    messages.success(request, _("Your Party shares with %(party)s again.") % {"party": code})
    return redirect("administration-agreement", code=code)


@needs("agreement.manage")
@require_POST
@fresh_proof
def names(request: Any, code: str) -> HttpResponse:
    """Whether own officers are named to a Party whose records they open."""
    get_object_or_404(_others(request.identity), code=code)
    form = NamesForm(request.POST)
    if form.is_valid():
        wanted = form.cleaned_data["wanted"]
        between.name_readers(request.identity.party, code, wanted=wanted, by=request.identity)
        words = (
            _("%(party)s is told from now on which of your officers open its records.")
            if wanted
            else _("%(party)s is no longer told which of your officers open its records.")
        )
        messages.success(request, words % {"party": code})
    return redirect("administration-agreement", code=code)


def _show(
    request: Any,
    party: Party,
    found: Agreement,
    form: AgreementForm,
    suspending: SuspendForm,
    status: int = 200,
) -> HttpResponse:
    context = {"party": party, "agreement": found, "form": form, "suspending": suspending}
    return render(request, "parties/administration/agreement.html", context, status=status)
