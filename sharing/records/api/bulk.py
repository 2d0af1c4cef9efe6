"""Many drafts at once, as NDJSON: one object a line, one result a row."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.api import conformance, parsers
from cordillera.api.endpoint import Endpoint, operation
from cordillera.api.errors import Fault, fault_of
from cordillera.api.parameters import flag
from cordillera.api.schema import component, listed, obj, ref, text

from .. import actions
from ..problems import Invalid, NotNow
from . import bodies, shapes
from .shelf import begin

#: One transaction holds them all, and until it ends no feed goes past it.
MOST = 200
ROW = {
    **bodies.NEW,
    "properties": {
        **bodies.NEW["properties"],
        "submit": {"type": "boolean", "description": "Submit the draft for approval as well."},
    },
}
#: What may be wrong with one row and leave the others alone; anything else ends the request.
OF_A_ROW = (Fault, Invalid, NotNow)

RESULT = component(
    "BulkResult",
    lambda: obj(
        {
            "dry_run": {"type": "boolean", "description": "Nothing was changed."},
            "accepted": {"type": "integer", "description": "Rows that became drafts, or would."},
            "refused": {"type": "integer", "description": "Rows that did not."},
            "results": listed(
                obj(
                    {
                        "row": {"type": "integer", "description": "Counted from 1."},
                        "status": {
                            "type": "integer",
                            "description": "What the row alone would have been answered with.",
                        },
                        "id": text("The new record's id; not in a dry run.", format="uuid"),
                        "etag": shapes.ETAG,
                        "problem": ref("Problem"),
                    },
                    optional=("id", "etag", "problem"),
                ),
                "One result a row, in order.",
            ),
        },
        description="What became of each row.",
    ),
)


class _Undo(Exception):
    """Leaves a savepoint so that it is rolled back."""


class Bulk(Endpoint):
    parser_classes: list[Any] = [parsers.Lines]

    @operation(
        "record.draft",
        "Begin many drafts",
        parameters=(flag("dry_run", "Only check: every row is tried, and nothing is changed."),),
        body={
            "application/x-ndjson": {
                "type": "string",
                "contentMediaType": "application/x-ndjson",
                "description": f"One object a line, at most {MOST} lines and 5 MB. Each is what"
                " POST /records takes, and may say `submit`.",
            }
        },
        answers={200: ("A result for every row.", RESULT)},
        keyed=True,
        examples={
            "two": {
                "summary": "Two drafts, the second one submitted",
                "value": '{"kind": "offence_alert", "body": {"title": {"en": "First"}}}\n'
                '{"kind": "offence_alert", "body": {"title": {"en": "Second"}}, "submit": true}\n',
            }
        },
    )
    def post(self, request: Request) -> Response:
        """Each row stands for itself: a bad one changes nothing and is told why; the others become
        drafts."""
        lines: list[bytes] = self.content if isinstance(self.content, list) else []
        if len(lines) > MOST:
            raise Fault("too-large", _("Send at most %(most)s rows at once.") % {"most": MOST})
        if not lines:
            raise Fault("malformed", _("There is no row in the body."))
        results = self.results(lines)
        accepted = sum(1 for result in results if result["status"] < 400)
        return Response(
            {
                "dry_run": self.query["dry_run"],
                "accepted": accepted,
                "refused": len(results) - accepted,
                "results": results,
            }
        )

    def keeps_answers(self) -> bool:
        """A dry run has no effect, so its key stays free for the run in earnest."""
        return not self.query["dry_run"]

    def results(self, lines: list[bytes]) -> list[dict[str, Any]]:
        dry_run: bool = self.query["dry_run"]
        try:
            with transaction.atomic():
                found = [
                    {"row": number, **self.result(line, dry_run)}
                    for number, line in enumerate(lines, 1)
                ]
                if dry_run:
                    raise _Undo
        except _Undo:
            pass
        return found

    def result(self, line: bytes, dry_run: bool) -> dict[str, Any]:
        try:
            with transaction.atomic():
                record, etag = self.one(line)
        except OF_A_ROW as error:
            fault = fault_of(error)
            return {"status": fault.status, "problem": fault.as_dict()}
        return {"status": 201} if dry_run else {"status": 201, "id": str(record), "etag": etag}

    def one(self, line: bytes) -> tuple[Any, str]:
        content = parsers.loads(line)
        conformance.require(ROW, content)
        record = begin(self.identity, content)
        if content.get("submit"):
            actions.submit(record=record, by=self.identity)
            record.refresh_from_db()
        assert record.pending is not None  # noqa: S101 - begin() has just opened it
        return record.pk, record.pending.etag
