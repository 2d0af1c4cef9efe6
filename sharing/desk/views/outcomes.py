"""Deciding an item, or several at once: parse, call the action, go on to the next item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cordillera.access.decide import needs
from cordillera.parties.models import Officer, Unit
from sharing.records.problems import Invalid, NotNow
from sharing.records.schema.problems import Problem

from .. import actions, queries, snoozing
from ..filters import Asked
from ..models import InboxItem
from .inbox import item_context, list_context

MOST_AT_ONCE = 200


@needs("inbox.decide")
@require_POST
def decide(request: Any, pk: UUID) -> HttpResponse:
    """One outcome for one item; then the next open item of the list."""
    item = queries.item(request.identity, pk)
    following = _following(request, item)
    try:
        item = _apply(request, item)
    except Invalid as wrong:
        return _again(request, item, str(wrong.problems[0].message), 422)
    except NotNow as refused:
        return _again(request, item, refused.message, 409)
    return _go_on(request, following, item)


@needs("inbox.decide")
@require_POST
def undo(request: Any, pk: UUID) -> HttpResponse:
    item = queries.item(request.identity, pk)
    try:
        item = actions.undo(item=item, by=request.identity)
    except Invalid as wrong:
        return _again(request, item, str(wrong.problems[0].message), 422)
    return redirect(_with(reverse("inbox-item", args=[item.pk]), request))


@needs("inbox.decide")
@require_POST
def decide_several(request: Any) -> HttpResponse:
    """The same outcome for every ticked item; those for which it is not possible are named."""
    wanted = [pk for pk in map(_uuid, request.POST.getlist("item")[:MOST_AT_ONCE]) if pk]
    done, not_done = 0, []
    for item in queries.items(request.identity).filter(pk__in=wanted):
        try:
            _apply(request, item)
            done += 1
        except (Invalid, NotNow):
            not_done.append(item.reference)
    if done:
        words = ngettext("%(n)s item decided.", "%(n)s items decided.", done)
        messages.success(request, words % {"n": done})
    if not_done:
        words = _("Not possible for: %(references)s.")
        messages.warning(request, words % {"references": ", ".join(not_done[:10])})
    return redirect(_with(reverse("inbox"), request))


def _apply(request: Any, item: InboxItem) -> InboxItem:
    """Carry out what the form says; Invalid names what it lacks."""
    chosen: Callable[[Any, InboxItem], InboxItem] | None
    chosen = OUTCOMES.get(request.POST.get("outcome", ""))
    if chosen is None:
        raise Invalid([Problem("outcome", "unknown", _("Choose what happens with it."))])
    return chosen(request, item)


def _acknowledge(request: Any, item: InboxItem) -> InboxItem:
    return actions.acknowledge(item=item, by=request.identity)


def _no_action(request: Any, item: InboxItem) -> InboxItem:
    reason = request.POST.get("other", "").strip() or request.POST.get("reason", "")
    return actions.no_action(item=item, by=request.identity, reason=_clean(reason))


def _refer(request: Any, item: InboxItem) -> InboxItem:
    party = request.identity.party
    unit, officer = request.POST.get("unit", ""), _uuid(request.POST.get("assignee", ""))
    return actions.refer(
        item=item,
        by=request.identity,
        unit=Unit.objects.filter(party=party, pk=int(unit)).first() if unit.isdecimal() else None,
        assignee=Officer.objects.filter(party=party, pk=officer).first() if officer else None,
        note=_clean(request.POST.get("note", "")),
    )


def _snooze(request: Any, item: InboxItem) -> InboxItem:
    until = snoozing.until(request.POST.get("until", ""))
    if until is None:
        raise Invalid([Problem("until", "unknown", _("Choose until when."))])
    return actions.snooze(item=item, by=request.identity, until=until)


OUTCOMES = {
    "acknowledged": _acknowledge,
    "no_action": _no_action,
    "referred": _refer,
    "snoozed": _snooze,
}


def _following(request: Any, item: InboxItem) -> InboxItem | None:
    """The item below this one in the list it was opened from, else the one above."""
    rows = Asked.read(request.GET).rows(request.identity, request.user.unit_id)
    below = rows.filter(news_at__lte=item.news_at).exclude(pk=item.pk).first()
    found: InboxItem | None = below or rows.exclude(pk=item.pk).last()
    return found


def _go_on(request: Any, following: InboxItem | None, done: InboxItem) -> HttpResponse:
    """To the next item, where what was just done can still be undone."""
    target = reverse("inbox-item", args=[following.pk]) if following else reverse("inbox")
    return redirect(_with(target, request, done=str(done.pk)))


def _again(request: Any, item: InboxItem, problem: str, status: int) -> HttpResponse:
    item = queries.item(request.identity, item.pk)
    context = list_context(request, Asked.read(request.GET), item.pk)
    context |= item_context(request, item) | {"outcome_problem": problem}
    return render(request, "desk/inbox_item.html", context, status=status)


def _with(address: str, request: Any, **more: str) -> str:
    query = Asked.read(request.GET).query(**more)
    return f"{address}?{query}" if query else address


def _clean(text: str) -> str:
    return text.replace("\x00", "")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
