"""The forms of account and administration pages. Rules that hold everywhere live in actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import available_timezones

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .actions.accounts import SYSTEM_ROLES
from .models import ROLES, Officer, Unit
from .preferences import BOUNDS
from .words import SCOPE_WORDS


def attempt(form: forms.Form, action: Callable[..., Any], **values: Any) -> Any:
    """What the action gives; None when it objects, and its objections then stand at their fields."""
    try:
        return action(**values)
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            form.add_error(None, error)
            return None
        for field, errors in error.error_dict.items():
            form.add_error(field if field in form.fields else None, errors)
        return None


#: Where the three Parties' officers mostly are, from the Atlantic to the Pacific.
NEAR_ZONES = (
    *("America/St_Johns", "America/Halifax", "America/Toronto", "America/New_York"),
    *("America/Cancun", "America/Chicago", "America/Winnipeg", "America/Matamoros"),
    *("America/Regina", "America/Mexico_City", "America/Monterrey", "America/Denver"),
    *("America/Edmonton", "America/Ojinaga", "America/Ciudad_Juarez", "America/Phoenix"),
    *("America/Chihuahua", "America/Hermosillo", "America/Mazatlan", "America/Los_Angeles"),
    *("America/Vancouver", "America/Tijuana", "America/Anchorage", "Pacific/Honolulu"),
)
#: Names that are places; "EST5EDT", "Factory" and the like remain out of the list.
PLACES = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian")


def zones() -> list[tuple[Any, Any]]:
    """The time zones of the three Parties, then all that are named after a place."""
    known = available_timezones()
    near = [name for name in NEAR_ZONES if name in known]
    far = [name for name in known if name.split("/")[0] in (*PLACES, "Pacific")]
    return [
        (_("North America"), [(name, _place(name)) for name in near]),
        (_("Everywhere"), [("UTC", "UTC"), *((n, _place(n)) for n in sorted({*far} - {*near}))]),
    ]


def _place(zone: str) -> str:
    return zone.replace("_", " ")


class Languages(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Language"), choices=settings.LANGUAGES, **kwargs)


class Zones(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Time zone"), choices=zones, **kwargs)


class Roles(forms.MultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Roles"),
            choices=ROLES,
            widget=forms.CheckboxSelectMultiple,
            help_text=_(
                "Officer, supervisor and analyst can be combined. Auditor and administrator stand "
                "alone: who watches the others or equips them takes no part in the work."
            ),
            **kwargs,
        )


class PreferencesForm(forms.Form):
    language = Languages()
    time_zone = Zones(help_text=_("Times are shown in this zone, with UTC beside."))
    single_key_shortcuts = forms.BooleanField(
        label=_("Single-key shortcuts"),
        required=False,
        help_text=_("As j, k and ? in lists. Ctrl K works always."),
    )
    mail_notices = forms.BooleanField(
        label=_("E-mail when something waits"),
        required=False,
        help_text=_("The mail says that something waits, never what."),
    )


class PasskeyForm(AddWebAuthnForm):
    """allauth's, in plain words; the key that signs in alone is what most officers want."""

    name = forms.CharField(label=_("Name"), required=False)
    passwordless = forms.BooleanField(
        label=_("Signs in alone"),
        required=False,
        initial=True,
        help_text=_(
            "With this passkey you sign in without a password. It then asks for a finger, a face "
            "or a PIN each time."
        ),
    )


class PasskeyNameForm(EditWebAuthnForm):
    """allauth's, with its label in the officer's language."""

    name = forms.CharField(label=_("Name"))


class TokenForm(forms.Form):
    """A token for `account`; it offers only what the roles of the account allow."""

    label = forms.CharField(
        label=_("What for"), max_length=100, help_text=_("As “targeting system, test”.")
    )
    scopes = forms.MultipleChoiceField(label=_("Scopes"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(
        label=_("Days until it expires"), min_value=1, max_value=365, initial=90
    )

    def __init__(self, *args: Any, scopes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["scopes"]
        field.choices = [(name, SCOPE_WORDS.get(name, name)) for name in scopes]


class _OfParty(forms.Form):
    """Offers the active units of one Party."""

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "unit" in self.fields:
            field: Any = self.fields["unit"]
            field.queryset = units


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )


class OfficerForm(_OfParty):
    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_(
            "A new address counts when the officer confirms it: a link goes to the address that he "
            "has now, and takes his password. You see neither."
        ),
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("no unit")
    )
    roles = Roles()
    listed = forms.BooleanField(
        label=_("Published contact"),
        required=False,
        help_text=_("Other Parties may name this officer in a TLP:RED record."),
    )


class InvitationForm(_OfParty):
    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail"))
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("no unit")
    )
    roles = Roles()
    language = Languages(help_text=_("Of the invitation; the officer may choose another."))


class AcceptForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("With it you sign in. Letters, digits and @ . + - _"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    name = forms.CharField(
        label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("Twelve characters or more; several words are easier to remember than signs."),
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    again = forms.CharField(
        label=_("Password again"),
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    language = Languages()
    time_zone = Zones()

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"]).strip().lower()
        Officer._meta.get_field("username").run_validators(username)
        return username

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("again") and data.get("password") != data.get("again"):
            self.add_error("again", _("The two passwords differ."))
        return data


class UnitForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    port = forms.CharField(
        label=_("Port"),
        max_length=5,
        required=False,
        help_text=_("UN/LOCODE, where the unit has one, as USLRD."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)


class SystemAccountForm(_OfParty):
    username = forms.CharField(label=_("User name"), max_length=150)
    name = forms.CharField(label=_("Name"), max_length=150, help_text=_("As “Targeting system”."))
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(code, name) for code, name in ROLES if code in SYSTEM_ROLES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A system account never approves or releases; that takes an officer."),
    )


class SettingsForm(forms.Form):
    review_months = forms.IntegerField(label=_("Months until a record is reviewed"))
    expiry_months = forms.IntegerField(label=_("Months until a record expires"))
    warning_days = forms.IntegerField(label=_("Days of warning before both"))
    digest_hour = forms.IntegerField(
        label=_("Hour of the daily digest"), help_text=_("In the time zone of the Party.")
    )
    invitation_days = forms.IntegerField(label=_("Days that an invitation is valid"))
    token_days = forms.IntegerField(label=_("Days that a new token lasts, proposed"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (least, most) in BOUNDS.items():
            self.fields[name].widget.attrs.update({"min": least, "max": most})
