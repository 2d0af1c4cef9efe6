"""What an auditor asks of the log, as a form whose answers stand in the page's address."""

from __future__ import annotations

import zoneinfo
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit import queries
from cordillera.parties.words import TAG_WORDS, tag_words
from cordillera.web.words import PARTY_NAMES

DAY = forms.DateInput(attrs={"type": "date"})


class QuestionForm(forms.Form):
    """What to look for; every field may stay empty."""

    text = forms.CharField(label=_("Text"), required=False, max_length=100)
    tag = forms.ChoiceField(label=_("Action"), required=False)
    actor = forms.CharField(label=_("Officer"), required=False, max_length=150)
    about = forms.CharField(label=_("Record, or other thing"), required=False, max_length=100)
    other = forms.ChoiceField(label=_("Other Party"), required=False)
    since = forms.DateField(label=pgettext_lazy("date", "From"), required=False, widget=DAY)
    until = forms.DateField(label=pgettext_lazy("date", "To"), required=False, widget=DAY)

    def __init__(self, data: Any, party: str) -> None:
        super().__init__(data)
        known = {tag: tag_words(tag) for tag in TAG_WORDS}
        if asked := str(self.data.get("tag", ""))[:60].replace("\0", ""):
            known.setdefault(asked, asked)
        tag, other = self._choices("tag"), self._choices("other")
        tag.choices = [("", _("every action")), *sorted(known.items(), key=lambda i: i[1])]
        parties = [(code, name) for code, name in PARTY_NAMES.items() if code != party]
        other.choices = [("", _("any or none")), *parties]

    def _choices(self, name: str) -> Any:
        return self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", _("This day comes before the first one."))
        return data

    def question(self) -> queries.Question:
        if not self.is_bound:
            return queries.Question()
        data = self.cleaned_data
        since, until = days(data)
        return queries.Question(
            since=since,
            until=until,
            actor=data.get("actor", "").strip(),
            tag=data.get("tag", ""),
            about=data.get("about", "").strip(),
            text=data.get("text", "").strip(),
            other=data.get("other", ""),
        )

    def asked(self) -> dict[str, str]:
        """The answers that were given, for the log's own entry of an export."""
        return {k: str(v) for k, v in self.cleaned_data.items() if v} if self.is_bound else {}


def days(data: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    """From and before which moment: days of the reader's own time zone, the last one whole."""
    since, until = data.get("since"), data.get("until")
    return (
        _midnight(since) if since else None,
        _midnight(until + timedelta(days=1)) if until else None,
    )


def _midnight(day: date) -> datetime:
    zone = zoneinfo.ZoneInfo(timezone.get_current_timezone_name())
    return datetime.combine(day, time(), tzinfo=zone)
