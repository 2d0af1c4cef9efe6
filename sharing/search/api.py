"""Search over the API: the same question, the same answer and the same log entry as on the page."""

from __future__ import annotations

from datetime import date
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.api import pagination
from cordillera.api.endpoint import Endpoint, operation
from cordillera.api.errors import Fault
from cordillera.api.pagination import CURSOR
from cordillera.api.parameters import Parameter, choice, text
from cordillera.api.schema import component, listed, obj
from cordillera.api.schema import text as line
from sharing.records import codes, disputes, kinds
from sharing.records.api import representation, shapes

from . import behind
from .asking import LONGEST, no_such_record
from .queries import MOST, PAGE, Found, Search, search
from .views import write_down

FILTERS = ("kind", "originator", "priority", "typology")
#: The state is no facet here: it would tell that an originator works on an amendment.
FACETS = FILTERS


def _codes(name: str, description: str) -> Parameter:
    return choice(name, lambda: list(codes.get(name)), description, many=True, most=20)


def _day(name: str, description: str) -> Parameter:
    def read(raw: str) -> date:
        found = date.fromisoformat(raw)
        if raw != found.isoformat() or not 1900 <= found.year <= 2100:
            raise ValueError
        return found

    return Parameter(name, description, lambda: {"type": "string", "format": "date"}, read)


QUESTION = (
    text("q", LONGEST, "Words, a name, a reference, a container, a tax id.", example="ZXQU1004828"),
    choice("kind", lambda: [k.code for k in kinds.all()], "Only these kinds.", many=True, most=20),
    text("originator", 2, "Only these Parties' records.", many=True, most=20, example=["US"]),
    _codes("priority", "Only these priorities."),
    _codes("typology", "Only these typologies."),
    choice(
        "purpose",
        lambda: list(codes.get("purpose")),
        "What for. Persons are left out until a purpose is given; it is written to the log.",
    ),
    _day("from", "Released on this day or later."),
    _day("to", "Released on this day or earlier."),
)
BEHIND = text(
    "record",
    40,
    "The open record that the caller is working on and that a search for persons is for: its"
    " reference, or a draft's id. Searches for persons without one are looked at by the auditors.",
    example="MX-OA-2026-00012",
)
FOUND = component(
    "Found",
    lambda: obj(
        {
            "items": listed(shapes.BRIEF, "The best first, then the newest."),
            "next": {
                "type": ["string", "null"],
                "description": "Cursor of the next page; null on the last one.",
            },
            "total": {"type": "integer", "description": f"How many fit; counted up to {MOST}."},
            "capped": {
                "type": "boolean",
                "description": f"There are more than {MOST}; narrow the question, or follow the"
                " lists or the feed for everything.",
            },
            "persons_left_out": {
                "type": "boolean",
                "description": "No purpose was given: persons were not searched for.",
            },
            "facets": obj(
                {
                    name: listed(
                        obj(
                            {
                                "value": line("A value."),
                                "count": {"type": "integer", "description": "How many have it."},
                            }
                        ),
                        f"By {name}, before the filters.",
                    )
                    for name in FACETS
                },
                description="How the results are spread.",
            ),
        },
        description="What was found.",
    ),
)


def question(given: dict[str, Any]) -> Search:
    """The search that these parameters ask for."""
    return Search(
        text=(given["q"] or "").strip(),
        filters={name: given[name] for name in FILTERS if given[name]},
        purpose=given["purpose"] or "",
        released_from=given["from"],
        released_to=given["to"],
        record=given.get("record") or "",
    )


class Searching(Endpoint):
    tag = "search"

    def run(self, request: Request, asked: Search) -> Response:
        """The page of `asked` at the cursor; written to the log."""
        if asked.record and behind.find(self.identity, asked.record) is None:
            message = no_such_record()
            raise Fault(
                "parameter", problems=[{"path": "record", "code": "unknown", "message": message}]
            )
        found = search(self.identity, asked, page=_page(self.query["cursor"]))
        write_down(request, asked, found, via="api")
        return Response({**self.shown(found), "persons_left_out": not asked.purpose})

    def shown(self, found: Found) -> dict[str, Any]:
        onward = found.page < found.pages
        disputes.mark(found.records)
        return {
            "items": [representation.brief(self.identity, record) for record in found.records],
            "next": pagination.encode([found.page + 1]) if onward else None,
            "total": found.total,
            "capped": found.capped,
            "facets": {
                name: [{"value": value, "count": count} for value, count in found.facets[name]]
                for name in FACETS
            },
        }


class SearchRecords(Searching):
    @operation(
        "record.search",
        "Search",
        parameters=(*QUESTION, BEHIND, CURSOR),
        answers={200: (f"A page of {PAGE} results.", FOUND)},
    )
    def get(self, request: Request) -> Response:
        """Find records among those that the caller may see. Every search is written to the log."""
        return self.run(request, question(self.query))


def _page(cursor: str | None) -> int:
    if cursor is None:
        return 1
    match pagination.decode(cursor):
        case [int(page)] if 1 <= page <= MOST:
            return page
    raise pagination.bad_cursor()
