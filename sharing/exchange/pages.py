"""The administrator's pages of channels: how each one does, what was refused, what can be done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cordillera.access.decide import needs, require
from cordillera.crypto.errors import Hostile
from cordillera.parties.proof import fresh_proof

from . import board, channels, delivery, entrance_process, replaying, words
from .models import Channel, Item
from .troubles import Trouble


def _channel(request: Any, pk: int) -> Channel:
    found = Channel.objects.filter(pk=pk, party=request.identity.party).first()
    if found is None:
        raise Http404
    require(request.identity, "channel.manage", found)
    return found


@needs("channel.read")
@never_cache
@require_GET
def overview(request: Any) -> HttpResponse:
    found = board.rows(request.identity.party)
    context = {
        "groups": board.grouped(found),
        "rows": found,
        "has_no_entrance": entrance_process.is_missing(),
    }
    return render(request, "exchange/channels.html", context)


@needs("channel.manage")
@never_cache
@require_GET
def channel(request: Any, pk: int) -> HttpResponse:
    held = _channel(request, pk)
    row = next(one for one in board.rows(held.party) if one.channel.pk == held.pk)
    context = {
        "row": row,
        "channel": row.channel,
        "items": [(item, words.reason(item.reason)) for item in board.unsettled(held)],
        "receipts": [(one, delivery.verifies(one)) for one in board.latest(held)],
    }
    return render(request, "exchange/channel.html", context)


@needs("channel.manage")
@require_POST
def pause(request: Any, pk: int) -> HttpResponse:
    held = _outbound(request, pk)
    channels.pause(held, request.identity)
    messages.success(
        request,
        _("The channel to %(party)s is paused: what is released to it waits.")
        % {"party": held.recipient},
    )
    return redirect("channel", pk=pk)


@needs("channel.manage")
@require_POST
def resume(request: Any, pk: int) -> HttpResponse:
    held = _outbound(request, pk)
    channels.resume(held, request.identity)
    messages.success(
        request, _("The channel to %(party)s is tried again now.") % {"party": held.recipient}
    )
    return redirect("channel", pk=pk)


@needs("channel.manage")
@require_POST
@fresh_proof
def restart(request: Any, pk: int) -> HttpResponse:
    held = _outbound(request, pk)
    try:
        channels.restart(held, request.identity)
    except Trouble as trouble:
        messages.error(request, str(trouble))
        return redirect("channel", pk=pk)
    messages.success(
        request,
        _("The channel to %(party)s begins anew with all that it is to have.")
        % {"party": held.recipient},
    )
    return redirect("channel", pk=pk)


def _outbound(request: Any, pk: int) -> Channel:
    held = _channel(request, pk)
    if not held.is_outbound:
        raise Http404
    return held


@needs("channel.manage")
@require_POST
def replay(request: Any, pk: int, item: int) -> HttpResponse:
    """Try a refused item again, as after an upgrade or another agreement."""
    held = _channel(request, pk)
    row = Item.objects.filter(channel=held, pk=item).select_related("channel").first()
    if row is None or held.is_outbound:
        raise Http404
    try:
        row = replaying.replay(row, request.identity)
    except Hostile as error:
        messages.error(request, _("It cannot be tried again: %(why)s.") % {"why": error})
        return redirect("channel", pk=pk)
    if row.outcome == Item.APPLIED:
        messages.success(request, _("Number %(seq)s is taken in now.") % {"seq": row.seq})
    else:
        messages.warning(
            request,
            _("Number %(seq)s is refused again: %(why)s.")
            % {"seq": row.seq, "why": words.reason(row.reason)},
        )
    return redirect("channel", pk=pk)
