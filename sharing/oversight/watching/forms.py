"""The forms of the watch. Rules that hold everywhere live in actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cordillera.parties.forms import Zones

from ..models import Thresholds
from .bounds import BOUNDS, NAMES, check

DAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
LABELS: dict[str, tuple[Any, Any]] = {
    "per_hour": (
        _("Records in an hour"),
        _("More different records than this within any sixty minutes."),
    ),
    "per_day": (_("Records in a day"), _("More different records than this from midnight on.")),
    "usual_factor": (
        _("Times his own usual"),
        _(
            "More than so many times the median of the days in the last four weeks on which he "
            "opened any. One wild day does not move a median."
        ),
    ),
    "usual_least": (
        _("… but never below"),
        _("So many records in a day are never more than usual, however few he mostly opens."),
    ),
    "out_of_hours": (
        _("Records out of hours"),
        _("So many or more in a day outside the working hours."),
    ),
    "off_subject": (
        _("Records outside the unit’s subjects"),
        _(
            "So many or more in a day that name other ports of this country only, and were not "
            "referred to him or his unit. Units without a port work for the whole country."
        ),
    ),
    "refusals": (
        _("Refused attempts"),
        _("So many or more attempts that were refused, one after another."),
    ),
    "refusal_minutes": (_("… within minutes"), _("How close together they are a series.")),
    "system_per_hour": (
        _("Records in an hour, system account"),
        _("More different records than this that a program fetched within any sixty minutes."),
    ),
    "system_per_day": (
        _("Records in a day, system account"),
        _("More different records than this that a program fetched from midnight on."),
    ),
}


class HoursForm(forms.Form):
    """Working hours. An end before the beginning is a night shift."""

    opens_at = forms.TimeField(
        label=pgettext_lazy("working hours", "From"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    closes_at = forms.TimeField(
        label=pgettext_lazy("working hours", "To"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    days = forms.TypedMultipleChoiceField(
        label=_("Working days"),
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class ThresholdsForm(HoursForm):
    """Every threshold with its bounds, its default and what it means."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standard = Thresholds()
        for name, (least, most) in BOUNDS.items():
            label, words = LABELS[name]
            default = getattr(standard, name)
            field = forms.IntegerField(
                label=label, help_text=words, min_value=least, max_value=most
            )
            field.default = default  # type: ignore[attr-defined]
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """What holds among the fields is said at the field, whether they are tried or set."""
        given: dict[str, Any] = super().clean() or {}
        if set(NAMES) <= set(given):
            limits = Thresholds(**{name: given[name] for name in NAMES})
            for name, words in check(limits).items():
                self.add_error(name, words)
        return given

    def numbers(self) -> list[Any]:
        return [self[name] for name in BOUNDS]


class UnitForm(HoursForm):
    """A unit's own hours."""

    time_zone = Zones()
    always = forms.BooleanField(
        label=_("Works day and night"),
        required=False,
        help_text=_("Nothing its officers do is out of hours."),
    )
    field_order = ("time_zone", "always", "opens_at", "closes_at", "days")


class CloseForm(forms.Form):
    outcome = forms.CharField(required=False, max_length=10)
    note = forms.CharField(required=False)
