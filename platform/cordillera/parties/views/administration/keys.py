"""The Party's keys: its root key's words, rotation, revocation, and the key set to hand out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cordillera.access.decide import needs

from ... import actions, keysets, peers, queries
from ...errors import PartiesError
from ...forms import attempt
from ...keys import ROTATED, revoke, rotate, sign_once
from ...models import PartyKey
from ...proof import fresh_proof
from ...trust_forms import AddressForm, RevokeForm, RotateForm, SecondForm


@needs("key.manage")
@fresh_proof
def keys(request: Any) -> HttpResponse:
    party = queries.party_of(request.identity)
    rotating = RotateForm(request.POST if "use" in request.POST else None)
    addressing = AddressForm(
        request.POST if "address" in request.POST else None, initial={"address": party.address}
    )
    if rotating.is_valid() and _rotate(request, rotating):
        return redirect("administration-keys")
    twice = keysets.active_pq(party.code) is not None
    seconding = SecondForm(request.POST if "turn" in request.POST else None, signs_twice=twice)
    if seconding.is_valid() and _second(request, seconding):
        return redirect("administration-keys")
    if addressing.is_valid() and attempt(
        addressing,
        actions.set_address,
        party=party,
        address=addressing.cleaned_data["address"],
        by=request.identity,
    ):
        messages.success(request, _("Saved."))
        return redirect("administration-keys")
    context = {
        "rotating": rotating,
        "addressing": addressing,
        "seconding": seconding,
        "twice": twice,
        "keys": queries.keys(request.identity).exclude(use=PartyKey.ROOT),
        "root": queries.keys(request.identity).filter(use=PartyKey.ROOT, retired_at=None).first(),
        "words": peers.words(party.code),
        "key_set": keysets.current(party.code),
        "due": keysets.is_due(party.code),
        "party": party,
    }
    return render(request, "parties/administration/keys.html", context)


def _rotate(request: Any, form: RotateForm) -> bool:
    try:
        key = rotate(request.identity.party, request.identity, form.cleaned_data["use"])
    except PartiesError as error:
        form.add_error(None, str(error))
        return False
    if key.listed_in is None:
        words = _("The new key %(kid)s waits until the root key signs the key set.")
    elif key.use == PartyKey.SEALING:
        words = _("What is sent to your Party is sealed to %(kid)s now.")
    else:
        words = _("Your Party signs with %(kid)s now.")
    messages.success(request, words % {"kid": key.kid})
    return True


def _second(request: Any, form: SecondForm) -> bool:
    party, by = request.identity.party, request.identity
    try:
        key = (
            rotate(party, by, PartyKey.SIGNING_PQ) if form.wanted == "on" else sign_once(party, by)
        )
    except PartiesError as error:
        form.add_error(None, str(error))
        return False
    if key.listed_in is None or (form.wanted == "off" and key.retired_in is None):
        words = _("This waits until the root key signs the key set.")
    elif form.wanted == "on":
        words = _("Your Party signs what it sends a second time, with %(kid)s.")
    else:
        words = _("Your Party signs what it sends once.")
    messages.success(request, words % {"kid": key.kid})
    return True


@needs("key.manage")
@fresh_proof
def key_revoke(request: Any, kid: str) -> HttpResponse:
    own = queries.keys(request.identity).filter(use__in=ROTATED, revoked_at=None)
    key = get_object_or_404(own, kid=kid)
    form = RevokeForm(request.POST or None, use=key.use)
    if form.is_valid():
        try:
            revoke(kid, reason=form.cleaned_data["reason"], by=request.identity)
        except PartiesError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The key %(kid)s is revoked.") % {"kid": kid})
            return redirect("administration-keys")
    return render(request, "parties/administration/key_revoke.html", {"form": form, "key": key})


@needs("key.manage")
@require_GET
def key_set(request: Any) -> HttpResponse:
    """The newest key set as the file that another Party's administrator enrols."""
    found = keysets.current(request.identity.party)
    if found is None:
        raise Http404
    name = f"{found.party_id.lower()}-{found.number}.keyset"
    return HttpResponse(
        found.jws + "\n",
        content_type="application/jose",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
