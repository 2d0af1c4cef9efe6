"""What the Party sets for itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cordillera.access.decide import needs

from ... import actions, preferences, queries
from ...forms import SettingsForm, attempt


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
