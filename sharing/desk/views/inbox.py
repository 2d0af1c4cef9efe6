"""The inbox: what other Parties released, beside the one item that is being looked at."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cordillera import clock
from cordillera.access.decide import needs, permits
from cordillera.parties.models import Party
from cordillera.web.marking import Marking
from sharing.records import codes, kinds, lifecycle
from sharing.records.views.opening import pane

from .. import queries, reading, snoozing
from ..actions.outcomes import may_acknowledge
from ..filters import PRESSING, SHOWN, Asked, page
from ..models import InboxItem, Notification
from ..referees import colleagues, units
from .done import just_done

LABELS = {
    "open": _("To do"),
    "mine": _("Mine"),
    "snoozed": _("Snoozed"),
    "done": _("Done"),
    "all": _("All"),
}
REASONS = (
    _("Read; nothing to do here"),
    _("Does not concern our ports"),
    _("Known already"),
    _("Checked; nothing found"),
)


@needs("inbox.read")
@never_cache
@require_GET
def inbox(request: Any) -> HttpResponse:
    """The list. As a refreshed part of an open page, `at` is the address of that page."""
    part = "at" in request.GET
    selected = _open_at(request.GET.get("at", "")) if part else None
    context = list_context(request, Asked.read(request.GET), selected)
    if not part:
        context["done"] = just_done(request)
    return render(request, "desk/inbox_list.html" if part else "desk/inbox.html", context)


@needs("inbox.read")
@never_cache
@require_GET
def item(request: Any, pk: UUID) -> HttpResponse:
    """One item beside the list; for htmx only the detail, where it asked for no more."""
    found = queries.item(request.identity, pk)
    asked = Asked.read(request.GET)
    context = {"asked": asked, "back": f"{reverse('inbox')}?{asked.query()}"}
    if "#detail" not in request.headers.get("HX-Target", ""):
        context |= list_context(request, asked, pk)
    context |= item_context(request, found) | {"done": just_done(request)}
    _mark_read(request, found)
    return render(request, "desk/inbox_item.html", context)


@needs("inbox.read")
@never_cache
@require_GET
def bar(request: Any, pk: UUID) -> HttpResponse:
    """The outcome bar of an open item again, after a colleague decided."""
    context = bar_context(request, queries.item(request.identity, pk))
    return render(request, "desk/outcome_bar.html", context)


def list_context(request: Any, asked: Asked, selected: UUID | None) -> dict[str, Any]:
    identity, unit = request.identity, request.user.unit_id
    rows, more = page(asked.rows(identity, unit), asked.after)
    counts = queries.counts(identity, unit)
    return {
        "asked": asked,
        "entries": reading.entries(identity, rows, selected, asked.query()),
        "shown": [
            (show, LABELS[show], asked.query(show="" if show == "open" else show), counts.get(show))
            for show in SHOWN
        ],
        "my_port": my_port(request, asked),
        "older": asked.query(after=more) if more else "",
        "newest": asked.query() if asked.after else None,
        "list_url": f"{reverse('inbox')}?{asked.query(after=asked.after)}",
        "choices": choices(request),
        "may_decide": bool(permits(identity, "inbox.decide")),
        "drafts": bool(permits(identity, "record.draft")),
        "reasons": REASONS,
    }


def my_port(request: Any, asked: Asked) -> dict[str, Any] | None:
    """The officer's own port as one more list: what names it and waits."""
    unit = request.user.unit
    if unit is None or not unit.port:
        return None
    return {
        "label": codes.get("unlocode").label(unit.port, get_language() or "en").split(",")[0],
        "query": Asked(port=unit.port).query(),
        "count": queries.waiting_at(request.identity, unit.port),
        "current": asked.port == unit.port,
    }


def choices(request: Any) -> dict[str, Any]:
    """What the filter offers."""
    language = get_language() or "en"
    unit = request.user.unit
    return {
        "kinds": [(kind.code, kind.label_plural) for kind in kinds.shared()],
        "parties": Party.objects.exclude(code=request.identity.party),
        "priorities": [(PRESSING, _("Urgent or high")), *codes.get("priority").choices(language)],
        "typologies": sorted(codes.get("typology").choices(language), key=lambda pair: pair[1]),
        "my_port": unit.port if unit else "",
    }


def item_context(request: Any, found: InboxItem) -> dict[str, Any]:
    """The detail: the record as its reader may see it, or the gravestone, with the outcome bar."""
    context = bar_context(request, found)
    if found.is_gravestone:
        return context | {"marking": Marking()}
    shown = pane(request, found.record_pk)
    # Acknowledging and reporting are outcomes here; the bar above offers them.
    offers = [o for o in shown["offers"] if o.name not in ("acknowledge", "sighting", "decide")]
    return context | shown | {"offers": offers}


def bar_context(request: Any, found: InboxItem) -> dict[str, Any]:
    identity = request.identity
    record = found.record
    decides = bool(permits(identity, "inbox.decide"))
    answers = (
        decides
        and record is not None
        and record.state in lifecycle.ANSWERABLE
        and not found.is_gravestone
        and bool(permits(identity, "record.answer", record))
    )
    return {
        "item": found,
        "selected": found.pk,
        "asked": Asked.read(request.GET),
        "may_decide": decides,
        "acknowledges": decides and may_acknowledge(found, identity),
        "sights": answers and not found.is_own and _answered_by(found, "sighting"),
        "history": list(found.outcomes.select_related("unit", "assignee")[:20]),
        "back_query": urlencode({"next": reverse("inbox-item", args=[found.pk])}),
        "units": units(identity) if decides else [],
        "officers": colleagues(found) if decides else [],
        "reasons": REASONS,
        "moments": snoozing.choices(),
    }


def _answered_by(found: InboxItem, kind: str) -> bool:
    return kind in kinds.get(found.kind).answered_by


def _mark_read(request: Any, found: InboxItem) -> None:
    Notification.objects.filter(
        officer_id=request.identity.account, record=found.record_id, read_at=None
    ).update(read_at=clock.now())


def _open_at(address: str) -> UUID | None:
    """The item that stands open at this address of the inbox."""
    try:
        match = resolve(address)
    except Resolver404:
        return None
    return match.kwargs.get("pk") if match.url_name == "inbox-item" else None
