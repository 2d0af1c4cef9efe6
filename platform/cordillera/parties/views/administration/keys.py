"""The Party's signing keys, and its settings."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cordillera.access.decide import needs

from ... import actions, preferences, queries
from ...forms import RotateForm, SettingsForm, attempt
from ...keys import rotate
from ...proof import fresh_proof


@needs("key.manage")
@fresh_proof
def keys(request: Any) -> HttpResponse:
    form = RotateForm(request.POST or None)
    if form.is_valid():
        key = rotate(request.identity.party, by=request.identity)
        messages.success(request, _("Your Party signs with %(kid)s now.") % {"kid": key.kid})
        return redirect("administration-keys")
    context = {"form": form, "keys": queries.keys(request.identity)}
    return render(request, "parties/administration/keys.html", context)


@needs("unit.manage")
def settings(request: Any) -> HttpResponse:
    party = queries.party_of(request.identity)
    form = SettingsForm(request.POST or None, initial=asdict(preferences.of(party)))
    if form.is_valid() and attempt(
        form,
        actions.save_party_settings,
        party=party,
        values=form.cleaned_data,
        by=request.identity,
    ):
        messages.success(request, _("Saved."))
        return redirect("administration-settings")
    return render(request, "parties/administration/settings.html", {"form": form, "party": party})
