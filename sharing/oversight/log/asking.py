"""What an auditor asks of the log, as a form whose answers stand in the page's address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit import queries
from cordillera.parties.words import TAG_WORDS, tag_words
from cordillera.web.words import PARTY_NAMES

from ..days import DaysForm, moments


class QuestionForm(DaysForm):
    """What to look for; every field may stay empty."""

    field_order = ("text", "tag", "actor", "about", "other")

    text = forms.CharField(label=_("Text"), required=False, max_length=100)
    tag = forms.ChoiceField(label=_("Action"), required=False)
    actor = forms.CharField(label=_("Officer"), required=False, max_length=150)
    about = forms.CharField(label=_("Record, or other thing"), required=False, max_length=100)
    other = forms.ChoiceField(label=_("Other Party"), required=False)

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

    def question(self) -> queries.Question:
        if not self.is_bound:
            return queries.Question()
        data = self.cleaned_data
        zone = timezone.get_current_timezone_name()
        since, until = moments(data.get("since"), data.get("until"), zone)
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
