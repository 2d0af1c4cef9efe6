"""Saved searches over the API: an officer's own, or a system account's."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.api import parameters
from cordillera.api.endpoint import Endpoint, operation
from cordillera.api.errors import Fault, fault_of
from cordillera.api.pagination import CURSOR
from cordillera.api.parameters import Parameter
from cordillera.api.schema import component, listed, obj
from cordillera.api.schema import text as line
from sharing.records.api import shapes
from sharing.records.api.representation import moment

from . import saved
from .api import FOUND, QUESTION, Searching, question
from .asking import LONGEST
from .models import SavedSearch
from .queries import PAGE, Search

SAVED_ID = Parameter("id", "The saved search's id.", lambda: {"type": "string", "format": "uuid"})
WAYS = [way for way, _label in SavedSearch.NOTIFY]
CONTENT: dict[str, Any] = {
    "name": line("What you call it; each of your searches has another name.", maxLength=120),
    "q": line("Words, a name, a reference, a container, a tax id.", maxLength=LONGEST),
    "kind": listed(line("A kind."), "Only these kinds.", maxItems=20),
    "originator": listed(line("A Party's code."), "Only these Parties' records.", maxItems=20),
    "priority": listed(line("A priority."), "Only these priorities.", maxItems=20),
    "typology": listed(line("A typology."), "Only with these typologies.", maxItems=20),
    "purpose": line("What for; persons are left out without one."),
    "from": line("Released on this day or later.", format="date"),
    "to": line("Released on this day or earlier.", format="date"),
    "notify": line("When its account is told of a new match.", enum=WAYS),
}
SAVED = component(
    "SavedSearch",
    lambda: obj(
        {
            "id": line("The saved search's id.", format="uuid"),
            **CONTENT,
            "created_at": line("When it was saved.", format="date-time"),
        },
        optional=tuple(name for name in CONTENT if name not in ("name", "notify")),
        description="A search that is kept, and told of at once, daily or never.",
    ),
)
ALL = component(
    "SavedSearches",
    lambda: obj({"items": listed(SAVED, "By name.")}, description="Own saved searches."),
)
BODY = obj(CONTENT, optional=tuple(name for name in CONTENT if name != "name"))
GONE = component(
    "SavedSearchForgotten",
    lambda: obj({"id": shapes.ID}, description="The saved search that was forgotten."),
)


@fault_of.register
def _cannot_keep(exception: saved.CannotKeep) -> Fault:
    if isinstance(exception, saved.TooMuch):
        return Fault("not-now", str(exception))
    message = {"path": exception.field, "code": "unfit", "message": str(exception)}
    return Fault("invalid", problems=[message])


class SavedSearches(Endpoint):
    tag = "search"

    @operation("record.search", "List saved searches", answers={200: ("All of them.", ALL)})
    def get(self, request: Request) -> Response:
        """The saved searches of this token's account, at most fifty. Nobody else sees them."""
        return Response({"items": [represent(one) for one in saved.of(self.identity)]})

    @operation(
        "record.search",
        "Save a search",
        body={"application/json": BODY},
        answers={201: ("The saved search.", SAVED)},
        keyed=True,
        problems=(409,),
    )
    def post(self, request: Request) -> Response:
        """Keep a search. Records that reach your Party and fit it are told to this account: at once
        where `notify` says nothing else."""
        asked = asked_in(self.content)
        notify = self.content.get("notify", SavedSearch.AT_ONCE)
        kept = saved.keep(by=self.identity, name=self.content["name"], asked=asked, notify=notify)
        kept.refresh_from_db()
        location = f"/api/v1/saved-searches/{kept.pk}"
        return Response(represent(kept), status=201, headers={"Location": location})


class OfSaved(Searching):
    places: ClassVar[tuple[Parameter, ...]] = (SAVED_ID,)


class OneSaved(OfSaved):
    @operation("record.search", "Read a saved search", answers={200: ("The search.", SAVED)})
    def get(self, request: Request, id: UUID) -> Response:
        """One saved search of this token's account."""
        return Response(represent(saved.one(self.identity, id)))

    @operation(
        "record.search",
        "Change a saved search",
        body={"application/json": BODY},
        answers={200: ("The search as it is now.", SAVED)},
        problems=(409,),
    )
    def put(self, request: Request, id: UUID) -> Response:
        """Replace its name, its question and how it is told. What is left out is taken away."""
        kept = saved.one(self.identity, id)
        asked = asked_in(self.content)
        notify = self.content.get("notify", SavedSearch.AT_ONCE)
        name = self.content["name"]
        saved.change(by=self.identity, search=kept, name=name, asked=asked, notify=notify)
        return Response(represent(kept))


class Forget(OfSaved):
    @operation(
        "record.search", "Forget a saved search", answers={200: ("It is gone.", GONE)}, keyed=True
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Forget one of the own saved searches; nobody is told of its matches any more."""
        kept = saved.one(self.identity, id)
        saved.forget(by=self.identity, search=kept)
        return Response({"id": str(id)})


class Results(OfSaved):
    @operation(
        "record.search",
        "Run a saved search",
        parameters=(CURSOR,),
        answers={200: (f"A page of {PAGE} results.", FOUND)},
    )
    def get(self, request: Request, id: UUID) -> Response:
        """What fits the saved search now, as if it were asked anew; written to the log."""
        return self.run(request, saved.search_of(saved.one(self.identity, id)))


class _Given:
    """The body as the reader of query parameters takes it: the same rules, the same problems."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content

    def __iter__(self) -> Any:
        return iter(self.content)

    def getlist(self, name: str) -> list[str]:
        value = self.content.get(name, [])
        return value if isinstance(value, list) else [value]


def asked_in(content: dict[str, Any]) -> Search:
    """The search in the body. Raises Fault with each value that is not acceptable."""
    parts = {name: value for name, value in content.items() if name not in ("name", "notify")}
    try:
        return question(parameters.read(QUESTION, _Given(parts)))
    except Fault as fault:
        raise Fault("invalid", problems=fault.problems) from None


def represent(kept: SavedSearch) -> dict[str, Any]:
    asked = saved.search_of(kept)
    days = (("from", asked.released_from), ("to", asked.released_to))
    return {
        "id": str(kept.pk),
        "name": kept.name,
        **({"q": asked.text} if asked.text else {}),
        **{name: values for name, values in asked.filters.items() if name in CONTENT},
        **({"purpose": asked.purpose} if asked.purpose else {}),
        **{name: value.isoformat() for name, value in days if value},
        "notify": kept.notify,
        "created_at": moment(kept.created_at),
    }
