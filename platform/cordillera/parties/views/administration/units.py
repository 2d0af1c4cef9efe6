"""Units: the offices and centres of the Party."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cordillera.access.decide import needs

from ... import actions, queries
from ...forms import UnitForm, attempt


@needs("administration.read")
def units(request: Any) -> HttpResponse:
    form = UnitForm(request.POST or None)
    if form.is_valid():
        made = attempt(
            form,
            actions.create_unit,
            party=queries.party_of(request.identity),
            name=form.cleaned_data["name"],
            port=form.cleaned_data["port"],
            by=request.identity,
        )
        if made:
            messages.success(request, _("The unit “%(name)s” was added.") % {"name": made.name})
            return redirect("administration-units")
    people = Count("officers", filter=Q(officers__is_active=True))
    found = queries.units(request.identity).annotate(people=people)
    context = {"form": form, "units": found.order_by("-is_active", "name")}
    return render(request, "parties/administration/units.html", context)


@needs("unit.manage")
def unit(request: Any, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.units(request.identity), pk=pk)
    names = ("name", "port", "is_active")
    form = UnitForm(request.POST or None, initial={n: getattr(found, n) for n in names})
    if form.is_valid() and attempt(
        form, actions.change_unit, unit=found, by=request.identity, **form.cleaned_data
    ):
        messages.success(request, _("Saved."))
        return redirect("administration-units")
    return render(request, "parties/administration/unit.html", {"form": form, "unit": found})
