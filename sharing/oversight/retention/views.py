"""What falls due, for auditors without content and for supervisors with titles; and what was deleted."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cordillera.access.decide import needs, permits
from cordillera.parties import preferences
from cordillera.parties.queries import party_of
from cordillera.punctuation import labelled
from sharing.records.schema.text import tidy

from ..models import Hold
from . import actions, certificate, queries, renewing
from .falling import SPANS, STEPS, within
from .words import RULES, removed_words

PAGE = 40
LOCKED, HELD, DELETED, OTHERS = "locked", "held", "deleted", "others"
TITLES = {
    "overdue": pgettext_lazy("falls due", "Overdue"),
    "week": pgettext_lazy("falls due", "Within a week"),
    "month": pgettext_lazy("falls due", "Within a month"),
    "quarter": pgettext_lazy("falls due", "Within a quarter"),
}


@needs("retention.read")
@never_cache
@require_GET
def falling(request: Any) -> HttpResponse:
    """One span of what falls due, or of what has become of it. Without one, the first that has any."""
    return _page(request)


def _page(request: Any, status: int = 200, **extra: Any) -> HttpResponse:
    identity = request.identity
    auditor = queries.is_auditor(identity)
    own = request.GET.get("whose") != OTHERS
    counted = queries.counts(identity, own=own)
    span = request.GET.get("span", "")
    if span not in SPANS:
        span = next((name for name in SPANS if counted[name]), "month")
    found = queries.coming(identity, own=own).filter(within(span))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "auditor": auditor,
        "own": own,
        "spans": [(name, TITLES[name], counted[name]) for name in SPANS],
        "span": span,
        "page": page,
        "rows": [(one, *STEPS[one.step]) for one in page.object_list],
        "places": _places(request),
        "place": "coming",
        "renews": not auditor and own and bool(permits(identity, "record.amend")),
        "preferences": preferences.of(party_of(identity)),
        "lock_after": settings.RETENTION_LOCK_AFTER_DAYS,
        "locked_days": settings.RETENTION_LOCKED_DAYS,
        "chosen": set(request.POST.getlist("record")),
        **extra,
    }
    return render(request, "oversight/retention/coming.html", context, status=status)


def _places(request: Any) -> dict[str, int]:
    """The auditors' other lists with how much is in each."""
    identity = request.identity
    if not queries.is_auditor(identity):
        return {}
    return {
        LOCKED: queries.locked(identity).count(),
        HELD: queries.holds(identity).count(),
        DELETED: queries.deletions(identity).count(),
    }


@needs("retention.keep")
@never_cache
@require_GET
def locked(request: Any) -> HttpResponse:
    page = Paginator(queries.locked(request.identity), PAGE).get_page(request.GET.get("page"))
    kept = queries.held(request.identity, [one.pk for one in page.object_list])
    context = {
        "page": page,
        "rows": [(one, kept.get(one.pk)) for one in page.object_list],
        "places": _places(request),
        "place": LOCKED,
        "locked_days": settings.RETENTION_LOCKED_DAYS,
    }
    return render(request, "oversight/retention/locked.html", context)


@needs("retention.keep")
@never_cache
@require_GET
def held(request: Any) -> HttpResponse:
    page = Paginator(queries.holds(request.identity), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "places": _places(request), "place": HELD}
    return render(request, "oversight/retention/held.html", context)


@needs("retention.keep")
@never_cache
@require_GET
def deleted(request: Any) -> HttpResponse:
    page = Paginator(queries.deletions(request.identity), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, RULES.get(one.rule, one.rule)) for one in page.object_list],
        "places": _places(request),
        "place": DELETED,
    }
    return render(request, "oversight/retention/deleted.html", context)


@needs("retention.keep")
@never_cache
@require_GET
def deletion(request: Any, pk: UUID) -> HttpResponse:
    """The certificate of one deletion."""
    found = queries.deletion(request.identity, pk)
    context = {
        "deletion": found,
        "rule": RULES.get(found.rule, found.rule),
        "removed": removed_words(found.removed),
        "standing": certificate.standing(found),
        "party": party_of(request.identity),
    }
    return render(request, "oversight/retention/certificate.html", context)


@needs("retention.keep")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: Any, pk: UUID) -> HttpResponse:
    """Hold a locked record back from deletion."""
    record = queries.locked_one(request.identity, pk)
    typed = {name: tidy(str(request.POST.get(name, "")), multiline=True) for name in HOLD}
    if request.method != "POST":
        return _hold_form(request, record, typed, {})
    try:
        day = date.fromisoformat(typed["review_on"])
    except ValueError:
        day = None
    try:
        actions.hold(by=request.identity, record=pk, reason=typed["reason"], review_on=day)
    except ValidationError as invalid:
        return _hold_form(request, record, typed, invalid.message_dict, 422)
    except actions.NotNow:
        messages.error(request, _("It is held back already."))
        return redirect("retention-held")
    messages.success(request, _("It is held back; it is not deleted until it is let go."))
    return redirect("retention-held")


HOLD = ("reason", "review_on")


def _hold_form(
    request: Any, record: Any, typed: dict[str, str], wrong: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {"record": record, "typed": typed, "wrong": {n: w[0] for n, w in wrong.items()}}
    return render(request, "oversight/retention/hold.html", context, status=status)


@needs("retention.keep")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def let_go(request: Any, pk: UUID) -> HttpResponse:
    """Let a record go that was held back."""
    record = queries.locked_one(request.identity, pk)
    kept: Hold | None = queries.held(request.identity, [pk]).get(pk)
    reason = tidy(str(request.POST.get("reason", "")), multiline=True)
    wrong: dict[str, Any] = {}
    if request.method == "POST":
        try:
            actions.let_go(by=request.identity, record=pk, reason=reason)
        except ValidationError as invalid:
            wrong = {name: words[0] for name, words in invalid.message_dict.items()}
        except actions.NotNow:
            messages.error(request, _("It is not held back any more."))
            return redirect("retention-locked")
        else:
            messages.success(request, _("It is let go, and deleted when its time comes."))
            return redirect("retention-locked")
    context = {"record": record, "hold": kept, "reason": reason, "wrong": wrong}
    status = 422 if wrong else 200
    return render(request, "oversight/retention/let_go.html", context, status=status)


@needs("record.amend")
@require_POST
def renew(request: Any) -> HttpResponse:
    """Propose that the chosen records are renewed; a second officer decides each."""
    reason = tidy(str(request.POST.get("reason", "")), multiline=True)
    chosen = [pk for text in request.POST.getlist("record") if (pk := _uuid(text))]
    wrong = {}
    if not chosen:
        wrong["record"] = _("Choose at least one record.")
    if not reason or len(reason) > actions.LONGEST:
        wrong["reason"] = _("Say why they are still needed.")
    if wrong:
        return _page(request, 422, wrong=wrong, reason=reason)
    done, left = renewing.renew(request.identity, chosen, reason)
    if done:
        words = ngettext(
            "One renewal is proposed; a second officer decides it.",
            "%(number)d renewals are proposed; a second officer decides each.",
            done,
        )
        messages.success(request, words % {"number": done})
    for record, why in left:
        messages.error(request, labelled(record.reference, why))
    return redirect("retention")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
