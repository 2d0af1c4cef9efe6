"""The search page and the officer's saved searches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.spreadsheet import as_csv
from cordillera import clock
from cordillera.access.decide import needs
from sharing.records import codes, disputes, kinds
from sharing.records.lifecycle import LABELS, told
from sharing.records.models import Record

from . import asking, behind, saved
from .models import SavedSearch
from .noting import note_search
from .queries import FACETS, MOST, Found, Search, every, search
from .text import ask

FACET_LABELS = {
    "kind": lambda: _("Kind"),
    "originator": lambda: _("From"),
    "priority": lambda: _("Priority"),
    "state": lambda: _("State"),
    "typology": lambda: _("Typology"),
}


@needs("record.search")
@require_GET
def page(request: Any) -> HttpResponse:
    """One box, facets, and a purpose before persons are shown."""
    try:
        asked = _asked(request)
    except asking.BadQuestion as bad:
        return _unread(request, bad)
    found = search(request.identity, asked, page=_number(request.GET.get("page")))
    write_down(request, asked, found)
    return render(request, "search/search.html", _context(request, asked, found))


def _asked(request: Any) -> Search:
    """What the address asks for; a record behind it is one that the officer is working on."""
    asked = asking.read(request.GET)
    if asked.record and behind.find(request.identity, asked.record) is None:
        raise asking.BadQuestion("record", asking.no_such_record())
    return asked


def _unread(request: Any, problem: asking.BadQuestion) -> HttpResponse:
    """The question back as it was typed, with what is wrong in it."""
    context = {"typed": request.GET, "problem": problem, "asked": Search()}
    return render(request, "search/search.html", context, status=422)


def write_down(request: Any, asked: Search, found: Found, via: str = "page") -> None:
    """Every search leaves an entry, with its purpose."""
    note_search(request.identity, asked, via, found.total, found.persons)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 1


def _context(request: Any, asked: Search, found: Found) -> dict[str, Any]:
    language = get_language() or "en"
    disputes.mark(found.records)
    return {
        "asked": asked,
        "found": found,
        "most": MOST,
        "rows": [
            {
                "record": r,
                "state": told(r.state, r.originator_id == request.identity.party),
                "kind": kinds.get(r.kind),
                "featured": kinds.get(r.kind).show_featured(r.featured, language)[:4],
            }
            for r in found.records
        ],
        "facets": [_facet(asked, found, name, language) for name in FACETS],
        "query": asking.write(asked),
        "kept": [p for p in asking.pairs(asked) if p[0] not in ("purpose", "record")],
        "working_on": _working_on(request, asked),
        "purposes": codes.get("purpose").choices(language),
        "pager": _pager(asked, found),
        "saved": saved.of(request.identity),
        "notify_choices": saved.choices(),
        "asked_anything": bool(asking.pairs(asked)),
        "no_words": asked.text if ask(asked.text).is_empty else "",
        "asks_purpose": _asks_purpose(asked),
        "purpose_missing": request.GET.get("purpose") == "" and not asked.purpose,
    }


def _working_on(request: Any, asked: Search) -> list[tuple[str, str]]:
    """The records that may stand behind a search, where it is asked for one."""
    if not _asks_purpose(asked):
        return []
    records = behind.offered(request.identity)
    draft = pgettext("state", "Draft")
    return [
        (behind.name_of(one), f"{one.reference or draft} · {one.display_title}") for one in records
    ]


def _asks_purpose(asked: Search) -> bool:
    """Whether persons fit is told by nothing: the question is the same where none does. Who only leafs
    through the newest records is not asked."""
    return not asked.purpose and (bool(asked.filters) or not ask(asked.text).is_empty)


def _pager(asked: Search, found: Found) -> dict[str, str]:
    return {
        "previous_query": asking.write(asked, page=found.page - 1) if found.page > 1 else "",
        "next_query": asking.write(asked, page=found.page + 1) if found.page < found.pages else "",
        "words": _("Page %(page)s of %(pages)s") % {"page": found.page, "pages": found.pages},
    }


def _facet(asked: Search, found: Found, name: str, language: str) -> dict[str, Any]:
    chosen = asked.filters.get(name, [])
    counted = dict(found.facets[name])
    values = [*counted, *(v for v in chosen if v not in counted)]
    return {
        "name": name,
        "label": FACET_LABELS[name](),
        "values": [
            {
                "label": capfirst(_label(name, value, language)),
                "count": counted.get(value, 0),
                "chosen": value in chosen,
                "query": asking.toggled(asked, name, value),
            }
            for value in values
        ],
    }


def _label(facet: str, value: str, language: str) -> Any:
    if facet == "kind":
        return kinds.get(value).label_plural if value in {k.code for k in kinds.all()} else value
    if facet == "state":
        return LABELS.get(value, value)
    if facet in ("priority", "typology"):
        return codes.get(facet).label(value, language) or value
    return value


@needs("record.export")
@require_GET
def export(request: Any) -> HttpResponse:
    """The found records as a spreadsheet: titles, references and dates, no formula runs in it."""
    try:
        asked = _asked(request)
    except asking.BadQuestion as bad:
        return _unread(request, bad)
    found, persons = every(request.identity, asked)
    disputes.mark(found)
    rows = [_row(request.identity.party, record) for record in found]
    references = [row[0] for row in rows]
    note_search(request.identity, asked, "export", len(rows), persons, records=references)
    header = [_("Reference"), _("Kind"), _("From"), _("Title"), _("TLP"), _("State")]
    header += [_("Released"), _("Disputed")]
    body = as_csv(header, rows)
    name = f"cordillera-search-{clock.today().isoformat()}.csv"
    return HttpResponse(
        body,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _row(party: str, record: Record) -> list[str]:
    return [
        record.reference or "",
        str(kinds.get(record.kind).label),
        record.originator_id,
        record.display_title,
        f"TLP:{record.tlp}",
        str(LABELS[told(record.state, record.originator_id == party)]),
        record.released_at.isoformat() if record.released_at else "",
        str(_("Yes") if record.is_disputed else _("No")),
    ]


@needs("record.search")
def saved_searches(request: Any) -> HttpResponse:
    """List one's saved searches; POST keeps the present one."""
    if request.method != "POST":
        rows = [(s, asking.write(saved.search_of(s))) for s in saved.of(request.identity)]
        context = {"rows": rows, "notify_choices": saved.choices()}
        return render(request, "search/saved.html", context)
    try:
        asked = asking.read(request.POST)
    except asking.BadQuestion as bad:
        messages.error(request, bad.message)
        return redirect("search")
    try:
        saved.keep(
            by=request.identity,
            name=request.POST.get("name", ""),
            asked=asked,
            notify=request.POST.get("notify", SavedSearch.AT_ONCE),
        )
    except saved.CannotKeep as problem:
        messages.error(request, str(problem))
        return redirect(f"{reverse('search')}?{asking.write(asked)}")
    messages.success(request, _("The search is saved."))
    return redirect("saved-searches")


@needs("record.search")
@require_POST
def change(request: Any, pk: UUID) -> HttpResponse:
    """Change how one is told, or forget the search."""
    found = saved.one(request.identity, pk)
    if "forget" in request.POST:
        saved.forget(by=request.identity, search=found)
        messages.success(request, _("The search is forgotten."))
    else:
        try:
            saved.tell(by=request.identity, search=found, notify=request.POST.get("notify", ""))
        except saved.CannotKeep as problem:
            messages.error(request, str(problem))
    return redirect("saved-searches")


def jumps(identity: Any, query: str) -> tuple[Any, list[Any]]:
    """Ctrl-K: records by reference, number or words. Persons only on the search page, where a
    purpose is asked for."""
    from cordillera.access.decide import permits
    from cordillera.web.palette import Jump

    if len(query) < 2 or not permits(identity, "record.search"):
        return _("Records"), []
    found = search(identity, Search(query[: asking.LONGEST].replace("\x00", "")))
    note_search(identity, Search(query[: asking.LONGEST]), "jump", found.total, found.persons)
    rows = [
        Jump(
            r.display_title,
            reverse("record", args=[r.pk]),
            kinds.get(r.kind).icon,
            r.reference or "",
        )
        for r in found.records[:8]
    ]
    return _("Records"), rows
