"""The watch's pages: what was unusual, one notice with its entries, and the thresholds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cordillera.access.decide import needs
from cordillera.parties.forms import attempt
from cordillera.parties.models import Party, Unit

from ..models import Notice, Thresholds, UnitHours
from . import actions, queries
from .bounds import NAMES
from .forms import ThresholdsForm, UnitForm
from .lines import lines
from .preview import preview
from .steps import limits_of
from .words import found_words

PAGE = 30


@needs("watch.read")
@never_cache
@require_GET
def notices(request: Any) -> HttpResponse:
    found = queries.notices(request.identity)
    shown = request.GET.get("show", "")
    if shown in ("open", "closed"):
        found = found.filter(outcome="") if shown == "open" else found.exclude(outcome="")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, found_words(one)) for one in page.object_list],
        "shown": shown,
        "open": queries.waiting(request.identity),
        "limits": limits_of(request.identity.party),
    }
    return render(request, "oversight/watch/list.html", context)


@needs("watch.read")
@never_cache
@require_GET
def notice(request: Any, pk: UUID) -> HttpResponse:
    return _one(request, queries.notice(request.identity, pk))


def _one(
    request: Any, found: Notice, wrong: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    entries = queries.entries(request.identity, found)
    context = {
        "notice": found,
        "words": found_words(found),
        "rows": lines(entries),
        "others": list(
            queries.notices(request.identity).filter(officer=found.officer).exclude(pk=found.pk)[:5]
        ),
        "outcomes": Notice.OUTCOMES,
        "typed": request.POST,
        "wrong": wrong or {},
    }
    return render(request, "oversight/watch/notice.html", context, status=status)


@needs("watch.close")
@require_POST
def close(request: Any, pk: UUID) -> HttpResponse:
    found = queries.notice(request.identity, pk)
    try:
        actions.close(
            by=request.identity,
            notice=found,
            outcome=request.POST.get("outcome", ""),
            note=request.POST.get("note", "").replace("\0", ""),
        )
    except ValidationError as invalid:
        wrong = {name: errors[0] for name, errors in invalid.message_dict.items()}
        return _one(request, found, wrong, 422)
    except actions.NotNow:
        found.refresh_from_db()
        messages.error(request, _("It was closed meanwhile."))
        return _one(request, found, status=409)
    messages.success(request, _("The notice is closed."))
    return redirect("watch")


@needs("watch.set")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def thresholds(request: Any) -> HttpResponse:
    """See, try and set the thresholds; trying changes nothing."""
    limits = limits_of(request.identity.party)
    form = ThresholdsForm(request.POST or None, initial={n: getattr(limits, n) for n in NAMES})
    tried, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and "try" in request.POST:
            tried, status = _tried(request, form), 200
        elif form.is_valid():
            values = form.cleaned_data
            if attempt(form, actions.set_thresholds, by=request.identity, values=values):
                messages.success(request, _("The thresholds are set."))
                return redirect("watch-thresholds")
    context = {
        "form": form,
        "limits": limits,
        "tried": tried,
        "party": Party.objects.get(code=request.identity.party),
        "units": _units(request.identity.party),
    }
    return render(request, "oversight/watch/thresholds.html", context, status=status)


def _tried(request: Any, form: ThresholdsForm) -> dict[str, Any]:
    values = {name: form.cleaned_data[name] for name in NAMES}
    raised, whole = preview(
        request.identity.party, Thresholds(party_id=request.identity.party, **values)
    )
    rules = [(label, raised[rule]) for rule, label in Notice.RULES]
    return {"total": sum(raised.values()), "rules": rules, "whole": whole}


def _units(party: str) -> list[tuple[Unit, UnitHours | None]]:
    own = {hours.unit_id: hours for hours in UnitHours.objects.filter(party=party)}
    units = Unit.objects.filter(party=party, is_active=True)
    return [(unit, own.get(unit.pk)) for unit in units]


@needs("watch.set")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: Any, pk: int) -> HttpResponse:
    """A unit's own working hours, or the Party's again."""
    unit = get_object_or_404(Unit, pk=pk, party=request.identity.party)
    if "reset" in request.POST:
        actions.set_hours(by=request.identity, unit=unit, values=None)
        messages.success(request, _("The unit has the Party’s hours again."))
        return redirect("watch-thresholds")
    held = UnitHours.objects.filter(unit=unit).first()
    party = Party.objects.get(code=request.identity.party)
    source = held or limits_of(party.code)
    names = ("opens_at", "closes_at", "days")
    initial = {name: getattr(source, name) for name in names}
    initial |= {
        "time_zone": held.time_zone if held else party.time_zone,
        "always": bool(held and held.always),
    }
    form = UnitForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        attempt(form, actions.set_hours, by=request.identity, unit=unit, values=form.cleaned_data)
        if not form.errors:
            messages.success(request, _("The unit’s hours are set."))
            return redirect("watch-thresholds")
    status = 422 if form.errors else 200
    context = {"form": form, "unit": unit, "held": held}
    return render(request, "oversight/watch/hours.html", context, status=status)
