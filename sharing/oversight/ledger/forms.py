"""What may be asked of the ledger."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sharing.records import codes, kinds

from ..days import DaysForm
from ..models import Disclosure
from .queries import Question


class QuestionForm(DaysForm):
    """Every field may stay empty."""

    field_order = ("direction", "other", "event", "kind", "purpose", "reference")

    direction = forms.ChoiceField(label=_("Direction"), required=False)
    other = forms.ChoiceField(label=_("Party"), required=False)
    event = forms.ChoiceField(label=_("What happened"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    purpose = forms.ChoiceField(label=_("Purpose"), required=False)
    reference = forms.CharField(label=_("Reference"), required=False, max_length=30)

    def __init__(self, *args: Any, party: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        parties = [pair for pair in codes.get("party").choices(language) if pair[0] != party]
        every: dict[str, tuple[Any, list[tuple[Any, Any]]]] = {
            "direction": (_("given and received"), list(Disclosure.DIRECTIONS)),
            "other": (_("every Party"), parties),
            "event": (_("everything"), list(Disclosure.EVENTS)),
            "kind": (_("every kind"), [(k.code, k.label) for k in kinds.all()]),
            "purpose": (_("every purpose"), list(codes.get("purpose").choices(language))),
        }
        for name, (words, choices) in every.items():
            field: Any = self.fields[name]
            field.choices = [("", capfirst(words)), *choices]

    def question(self) -> Question:
        """Days are those of the reader's own time zone; the last one counts whole."""
        data = {name: value for name, value in self.cleaned_data.items() if value}
        if "reference" in data:
            data["reference"] = data["reference"].strip().upper()
        return Question(**data, zone=timezone.get_current_timezone_name())
