"""What of the log leaves the node: the entries asked for as a table."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from audit import log, queries
from audit.spreadsheet import as_csv
from cordillera import clock
from cordillera.access.decide import needs

from .asking import QuestionForm
from .views import entries

#: More than this is asked for in parts, each by its dates.
MOST_ROWS = 50_000
COLUMNS = ("time (UTC)", "action", "officer", "account", "about", "purpose", "detail", "id")


@needs("audit.read")
@require_GET
def export(request: Any) -> HttpResponse:
    """The entries asked for as CSV; the export is an entry itself."""
    party = request.identity.party
    form = QuestionForm(request.GET or None, party)
    if form.is_bound and not form.is_valid():
        return entries(request)
    found = list(queries.asked(party, form.question())[:MOST_ROWS])
    log.write("audit:export", actor=request.identity, detail={"rows": len(found), **form.asked()})
    name = f"cordillera-log-{party}-{clock.today().isoformat()}.csv"
    return HttpResponse(
        "\ufeff" + as_csv(COLUMNS, (_cells(entry) for entry in found)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _cells(entry: Any) -> tuple[str, ...]:
    return (
        entry.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        entry.tag,
        entry.actor_name,
        entry.actor,
        entry.about,
        entry.purpose,
        json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
        str(entry.pk),
    )
