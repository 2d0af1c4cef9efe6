"""Days that an auditor asks for: from the first up to the last, both whole, in the reader's own time
zone. Either end may stay open."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DaysForm(forms.Form):
    """The two ends."""

    since = forms.DateField(
        label=pgettext_lazy("date", "From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=pgettext_lazy("date", "To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", _("This day comes before the first one."))
        return data


def moments(
    since: date | None, until: date | None, zone: str
) -> tuple[datetime | None, datetime | None]:
    """From and before which moment; `zone` is a name of the IANA time zone database."""
    return (
        _midnight(since, zone) if since else None,
        _midnight(until + timedelta(days=1), zone) if until else None,
    )


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone))
