"""The forms of keys, peers and agreements."""

from __future__ import annotations

import base64
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cordillera.crypto.keyset import LARGEST

from . import addresses, agreements
from .models import Agreement, PartyKey, Peer
from .models.trust import TLP


class RotateForm(forms.Form):
    use = forms.ChoiceField(
        label=_("Which key"),
        choices=[
            (PartyKey.SIGNING, _("the signing key")),
            (PartyKey.SEALING, _("the sealing key")),
        ],
        widget=forms.RadioSelect,
        initial=PartyKey.SIGNING,
    )
    understood = forms.BooleanField(
        label=_("Use a new key from now on"),
        help_text=_("What the present key signed verifies as before. It never signs again."),
    )


class SecondForm(forms.Form):
    """Begins the second signature, or ends it where `signs_twice`."""

    turn = forms.CharField(widget=forms.HiddenInput)
    understood = forms.BooleanField()

    def __init__(self, *args: Any, signs_twice: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = "off" if signs_twice else "on"
        self.fields["turn"].initial = self.wanted
        understood = self.fields["understood"]
        understood.label = (
            _("Sign once from now on") if signs_twice else _("Sign twice from now on")
        )
        understood.help_text = (
            _(
                "Each node asks for both until it holds your next key set, which your root key signs."
            )
            if signs_twice
            else _("Once a node holds your next key set, it takes nothing that you signed once.")
        )

    def clean(self) -> dict[str, Any]:
        """What another administrator did meanwhile is not undone."""
        data = super().clean() or {}
        if data.get("turn") != self.wanted:
            raise forms.ValidationError(_("This was changed meanwhile. Look at it again."))
        return data


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Who may have the key, and since when. It is kept in the log."),
    )
    understood = forms.BooleanField(
        label=_("Revoke this key for ever"),
    )

    def __init__(self, *args: Any, use: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["understood"].help_text = (
            _("What was sealed to it does not open any more.")
            if use == PartyKey.SEALING
            else _("Nothing that it signed will be accepted any more, on any node.")
        )


class AddressForm(forms.Form):
    address = forms.CharField(
        label=_("Address"),
        max_length=200,
        required=False,
        help_text=_(
            "Where the other nodes reach yours, as https://node.example.org. Empty: they do not, "
            "and yours fetches from them."
        ),
    )


class KeySetForm(forms.Form):
    """Another Party's key set, as a file or as text."""

    file = forms.FileField(label=_("Its key set as a file"), required=False)
    text = forms.CharField(
        label=_("or as text"),
        required=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file, text = data.get("file"), (data.get("text") or "").strip()
        if file and file.size > LARGEST:
            self.add_error("file", _("This file is too large for a key set."))
        elif file:
            text = file.read().decode("ascii", "replace").strip()
        if not text and not self.errors:
            self.add_error("file", _("Choose the file that the other Party sent."))
        return {**data, "text": text}


class EnrolForm(forms.Form):
    text = forms.CharField(widget=forms.HiddenInput, max_length=LARGEST)
    confirmed_with = forms.CharField(
        label=_("Whom you spoke with"),
        max_length=150,
        help_text=_("Call at a number that you knew before; the file's sender could name his own."),
    )
    mode = forms.ChoiceField(
        label=_("How the nodes speak"), choices=Peer.MODES, widget=forms.RadioSelect
    )
    compared = forms.BooleanField(
        label=_("The twelve words that were read to me are these"),
        help_text=_("In one of the three languages; each word, in this order."),
    )


class PeerForm(forms.Form):
    address = forms.CharField(
        label=_("Address"),
        max_length=200,
        required=False,
        help_text=_("Empty: where its key set says."),
    )
    mode = forms.ChoiceField(
        label=_("How the nodes speak"), choices=Peer.MODES, widget=forms.RadioSelect
    )
    client_certificate = forms.CharField(
        label=_("Client certificate"),
        max_length=300,
        required=False,
        help_text=_("A PEM file on this node's machine."),
    )
    client_key = forms.CharField(label=_("The certificate's key"), max_length=300, required=False)
    authority = forms.CharField(
        label=_("Authorities trusted for this peer"),
        max_length=300,
        required=False,
        help_text=_("A PEM file on this node's machine. Empty: those of the system."),
    )
    pins = forms.CharField(
        label=_("Pinned keys"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("SHA-256 of its certificates' public keys in base64, one a line. Empty: any."),
    )

    def clean_address(self) -> str:
        """Looked at here as well, so that its fault stands beside those of the other fields."""
        try:
            addresses.clean(self.cleaned_data["address"])
        except forms.ValidationError as error:
            raise forms.ValidationError(error.error_dict["address"]) from error
        return str(self.cleaned_data["address"])

    def clean_pins(self) -> list[str]:
        pins = str(self.cleaned_data["pins"]).split()
        for pin in pins:
            if not _is_pin(pin):
                message = _("“%(came)s” is no pin: SHA-256 in base64 has 44 characters.")
                raise forms.ValidationError(message, params={"came": pin[:60]})
        return pins


def _is_pin(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 32 and len(text) == 44
    except ValueError:
        return False


class RemoveForm(forms.Form):
    understood = forms.BooleanField(
        label=_("Trust its root key no longer"),
        help_text=_("Nothing is exchanged any more. What it sent stays, and verifies as before."),
    )


class AgreementForm(forms.Form):
    highest_tlp = forms.ChoiceField(
        label=_("Strictest label"),
        choices=[(tlp, f"TLP:{tlp}") for tlp in TLP],
        help_text=_("Records with a stricter one are not released to this Party."),
    )
    every_kind = forms.BooleanField(label=_("Every kind of record"), required=False)
    kinds = forms.MultipleChoiceField(
        label=_("or only these kinds"), required=False, widget=forms.CheckboxSelectMultiple
    )
    personal_data = forms.BooleanField(
        label=_("Personal data may be released to it"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = agreements.kinds()  # type: ignore[attr-defined]

    @staticmethod
    def beginning(agreement: Agreement) -> dict[str, Any]:
        return {
            "highest_tlp": agreement.highest_tlp,
            "every_kind": agreement.kinds is None,
            "kinds": agreement.kinds or [],
            "personal_data": agreement.personal_data,
        }

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        data = self.cleaned_data
        return {
            "highest_tlp": data["highest_tlp"],
            "kinds": None if data["every_kind"] else data["kinds"],
            "personal_data": data["personal_data"],
        }


class NamesForm(forms.Form):
    """`wanted` is what the page offered; so two who press at once do not undo each other."""

    wanted = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")], coerce=lambda value: value == "yes"
    )


class SuspendForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)
