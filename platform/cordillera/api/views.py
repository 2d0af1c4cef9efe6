"""The API about itself: who calls, its description, its documentation."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.access.decide import needs, permits
from cordillera.access.policy import SCOPES, TABLE

from .authentication import TokenOrSession
from .endpoint import Endpoint, operation
from .schema import component, listed, obj, text

ME = component(
    "Me",
    lambda: obj(
        {
            "party": text("The Party in whose name this token acts."),
            "account": text("The account's id.", format="uuid"),
            "name": text("The account's name."),
            "is_system": {"type": "boolean", "description": "A machine's account, not a person's."},
            "roles": listed(text("A role."), "What the account may do at all."),
            "scopes": listed(
                text("A scope.", enum=list(SCOPES)), "What of that this token may do."
            ),
            "permissions": listed(
                text("A permission.", enum=sorted(TABLE)),
                "What follows from both, before it is asked about one certain record.",
            ),
        },
        description="Who calls.",
    ),
)


class Me(Endpoint):
    tag = "account"

    @operation("account.own", "Who am I", answers={200: ("The caller.", ME)})
    def get(self, request: Request) -> Response:
        """Whose token this is, and what it may do."""
        who = self.identity
        return Response(
            {
                "party": who.party,
                "account": str(who.account),
                "name": who.name,
                "is_system": who.is_system,
                "roles": sorted(who.roles),
                "scopes": [name for name in SCOPES if name in (who.scopes or ())],
                "permissions": [name for name in sorted(TABLE) if permits(who, name)],
            }
        )


class Description(Endpoint):
    """The OpenAPI document, for holders of a token and for whoever reads the documentation."""

    authentication_classes: list[Any] = [TokenOrSession]
    tag = ""

    @operation("help.read", "This document")
    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(document(), content_type="application/vnd.oai.openapi+json")


@cache
def document() -> str:
    """Made once per process: it depends on the code alone."""
    with override("en"):
        found: dict[str, Any] = SchemaGenerator().get_schema(public=True)
    return json.dumps(found, ensure_ascii=False)


class Documentation(SpectacularSwaggerSplitView):
    """Swagger UI from our own files, with its script apart, as the content policy wants."""

    authentication_classes: list[Any] = [TokenOrSession]
    permission_classes: list[Any] = []
    template_name = "api/documentation.html"
    title = "Cordillera API"
    url_name = "api-schema"


documentation = needs("help.read")(Documentation.as_view())


class Nowhere(Endpoint):
    """Every other address below /api/: a problem instead of a page."""

    tag = ""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.speak(request)
        raise Http404
