"""The log of the own Party, for its auditors."""

from __future__ import annotations

import json
import zoneinfo
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit import log, queries
from audit.spreadsheet import as_csv
from cordillera import clock
from cordillera.access.decide import needs

from ..models import Officer
from ..words import TAG_WORDS, actor_words, tag_words

#: More than this is asked for in parts, each by its dates.
MOST_ROWS = 50_000
COLUMNS = ("time (UTC)", "action", "officer", "account", "about", "purpose", "detail")


class QuestionForm(forms.Form):
    """What to look for; every field may stay empty."""

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
    actor = forms.CharField(label=_("Officer"), required=False, max_length=150)
    tag = forms.ChoiceField(label=_("Action"), required=False)
    about = forms.CharField(label=_("About"), required=False, max_length=100)
    text = forms.CharField(label=_("Text"), required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {tag: tag_words(tag) for tag in TAG_WORDS}
        if asked := str(self.data.get("tag", ""))[:60].replace("\0", ""):
            known.setdefault(asked, asked)
        field: Any = self.fields["tag"]
        field.choices = [("", _("every action")), *sorted(known.items(), key=lambda i: i[1])]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", _("This day comes before the first one."))
        return data

    def question(self) -> queries.Question:
        """Days are those of the auditor's own time zone; the last one counts whole."""
        data = self.cleaned_data
        since, until = data.get("since"), data.get("until")
        return queries.Question(
            since=_midnight(since) if since else None,
            until=_midnight(until + timedelta(days=1)) if until else None,
            actor=data.get("actor", "").strip(),
            tag=data.get("tag", ""),
            about=data.get("about", "").strip(),
            text=data.get("text", "").strip(),
        )


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), tzinfo=_zone())


def _zone() -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(timezone.get_current_timezone_name())


def _form(request: Any) -> QuestionForm:
    return QuestionForm(request.GET or None)


@needs("audit.read")
def entries(request: Any) -> HttpResponse:
    form, cursor = _form(request), request.GET.get("after", "")
    found = queries.Page()
    if not form.is_bound or form.is_valid():
        question = form.question() if form.is_bound else queries.Question()
        try:
            found = queries.page(request.identity.party, question, cursor)
        except queries.BadCursor:
            return HttpResponseBadRequest(_("This is not an address of the log."))
    rows = [
        {
            "entry": entry,
            "day": timezone.localdate(entry.at),
            "actor": actor_words(entry.actor_name),
            "words": tag_words(entry.tag),
            "detail": _readable(entry.detail),
        }
        for entry in found.entries
    ]
    asked = request.GET.copy()
    asked.pop("after", None)
    context = {
        "form": form,
        "rows": rows,
        "older": found.older,
        "asked": asked.urlencode(),
        "names": _names(found.entries),
        "later_page": bool(cursor),
    }
    return render(request, "parties/audit_log.html", context)


def _readable(detail: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in detail.items()
        if value not in ("", None, [], {})
    ]


def _names(found: list[Any]) -> dict[str, str]:
    """Names of the accounts that the entries are about."""
    ids = [entry.about for entry in found if len(entry.about) == 36]
    officers = Officer.objects.filter(pk__in=[pk for pk in ids if _is_uuid(pk)])
    return {str(officer.pk): officer.name for officer in officers}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@needs("audit.read")
def export(request: Any) -> HttpResponse:
    """The entries asked for as CSV; the export is an entry itself."""
    form = _form(request)
    if form.is_bound and not form.is_valid():
        return entries(request)
    question = form.question() if form.is_bound else queries.Question()
    found = list(queries.asked(request.identity.party, question)[:MOST_ROWS])
    asked = {k: str(v) for k, v in form.cleaned_data.items() if v} if form.is_bound else {}
    log.write("audit:export", actor=request.identity, detail={"rows": len(found), **asked})
    body = as_csv(
        COLUMNS,
        (
            (
                entry.at.astimezone(UTC).isoformat(timespec="milliseconds"),
                entry.tag,
                entry.actor_name,
                entry.actor,
                entry.about,
                entry.purpose,
                json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
            )
            for entry in found
        ),
    )
    name = f"cordillera-log-{request.identity.party}-{clock.today().isoformat()}.csv"
    return HttpResponse(
        "\ufeff" + body,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
