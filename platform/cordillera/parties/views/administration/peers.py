"""The Parties on other nodes: comparing words, enrolling, and how the two nodes speak."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit import log
from cordillera.access.decide import needs
from cordillera.crypto import keyset as wire
from cordillera.crypto.errors import Hostile

from ... import agreements, fingerprints, keysets, queries
from ... import peers as peering
from ...errors import NotEnrolled, OtherRoot
from ...forms import attempt
from ...models import Officer, PartyKey, Peer
from ...proof import fresh_proof
from ...trust_forms import EnrolForm, KeySetForm, PeerForm, RemoveForm
from ...words import key_set_refusal

SETTINGS = ("mode", "client_certificate", "client_key", "authority", "pins")


@needs("peer.manage")
def peers(request: Any) -> HttpResponse:
    return _list(request, KeySetForm())


def _list(request: Any, form: KeySetForm, status: int = 200) -> HttpResponse:
    own = request.identity.party
    ours = keysets.current(own)
    context = {
        "form": form,
        "own": queries.party_of(request.identity),
        "words": peering.words(own),
        "key_set": ours,
        "rows": [
            {
                "peer": peer,
                "has": peering.acknowledged(peer.pk, own),
                "held": keysets.current(peer.pk),
                "agreement": agreements.between(own, peer.pk),
            }
            for peer in peering.enrolled()
        ],
        "together": [code for code in settings.HOSTED_PARTIES if code != own],
    }
    return render(request, "parties/administration/peers.html", context, status=status)


@needs("peer.manage")
@require_POST
def introduce(request: Any) -> HttpResponse:
    """What a key set says, and the words to compare; nothing is trusted by it yet."""
    form = KeySetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form, 422)
    try:
        new = peering.introduced(form.cleaned_data["text"])
    except Hostile as error:
        form.add_error("file" if request.FILES else "text", _refused(request, error))
        return _list(request, form, 422)
    return _confirm(request, new, EnrolForm(initial={"text": new.jws, "mode": Peer.PUSH}))


@needs("peer.manage")
@require_POST
@fresh_proof
def enrol(request: Any) -> HttpResponse:
    form = EnrolForm(request.POST)
    try:
        new = peering.introduced(request.POST.get("text", ""))
    except Hostile as error:
        messages.error(request, _refused(request, error))
        return redirect("administration-peers")
    if not form.is_valid():
        return _confirm(request, new, form, 422)
    values = form.cleaned_data
    try:
        with transaction.atomic():
            peering.enrol(
                new.jws,
                by=request.identity,
                confirmed_with=values["confirmed_with"],
                mode=values["mode"],
            )
    except OtherRoot as error:
        form.add_error(None, str(error))
        return _confirm(request, new, form, 422)
    except Hostile as error:
        form.add_error(None, _refused(request, error))
        return _confirm(request, new, form, 422)
    messages.success(request, _("%(party)s is enrolled.") % {"party": new.party})
    return redirect("administration-peer", code=new.party)


def _refused(request: Any, error: Hostile) -> str:
    """Write the refusal down; what to tell the administrator."""
    log.write(
        "key:refuse", actor=request.identity, detail={"code": error.code, "why": str(error)[:200]}
    )
    return _("This is no key set that can be taken: %(why)s.") % {
        "why": key_set_refusal(error.code)
    }


def _confirm(request: Any, new: Any, form: EnrolForm, status: int = 200) -> HttpResponse:
    held = keysets.current(new.party)
    context = {
        "form": form,
        "new": new,
        "active": _active(new),
        "names": dict(new.names),
        "words": fingerprints.in_all_languages(new.root),
        "known": held is not None,
        "other_root": held is not None and bytes(held.root.public) != new.root,
    }
    return render(request, "parties/administration/enrol.html", context, status=status)


@needs("peer.manage")
@fresh_proof
def peer(request: Any, code: str) -> HttpResponse:
    found = _peer(code)
    beginning = {name: getattr(found, name) for name in SETTINGS}
    beginning |= {
        "address": found.address if found.address_kept else "",
        "pins": "\n".join(found.pins),
    }
    form = PeerForm(request.POST or None, initial=beginning)
    if form.is_valid() and attempt(
        form, _save, identity=request.identity, code=code, values=form.cleaned_data
    ):
        messages.success(request, _("Saved."))
        return redirect("administration-peer", code=code)
    held = keysets.current(code)
    context = {
        "form": form,
        "removing": RemoveForm(),
        "peer": found,
        "held": held,
        "active": _active(keysets.said(held)) if held else [],
        "words": peering.words(code),
        "contacts": Officer.objects.filter(party_id=code, listed=True).select_related("unit"),
        "has": peering.acknowledged(code, request.identity.party),
        "ours": keysets.current(request.identity.party),
    }
    status = 422 if form.errors else 200
    return render(request, "parties/administration/peer.html", context, status=status)


def _save(identity: Any, code: str, values: dict[str, Any]) -> bool:
    with transaction.atomic():
        peering.set_address(code, values["address"], by=identity)
        peering.change(code, by=identity, **{name: values[name] for name in SETTINGS})
    return True


@needs("peer.manage")
@require_POST
@fresh_proof
def remove(request: Any, code: str) -> HttpResponse:
    _peer(code)
    if not RemoveForm(request.POST).is_valid():
        messages.error(request, _("Say that you understood what this does."))
        return redirect("administration-peer", code=code)
    peering.remove(code, by=request.identity)
    messages.success(request, _("%(party)s is no peer any more.") % {"party": code})
    return redirect("administration-peers")


def _active(what: wire.KeySet) -> list[tuple[str, wire.Key]]:
    """The keys in use, each with what it is for in words."""
    uses = dict(PartyKey.USES)
    return [(str(uses[key.use]), key) for key in what.keys if key.active]


def _peer(code: str) -> Peer:
    try:
        return peering.get(code)
    except NotEnrolled as error:
        raise Http404 from error
