"""What records are written in: code lists and kinds."""

from __future__ import annotations

from django.http import Http404
from django.utils import translation
from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.api.endpoint import Endpoint, operation
from cordillera.api.parameters import Parameter, integer, text
from cordillera.api.schema import component, listed, obj
from cordillera.api.schema import text as line

from .. import codes, kinds
from . import contents

CODE_LIST = Parameter(
    "name",
    "The list's name; see /codes.",
    lambda: {"type": "string", "maxLength": 40},
    example="hs",
)
KIND = Parameter(
    "code",
    "The kind's code; see /kinds.",
    lambda: {"type": "string", "maxLength": 40},
    example="offence_alert",
)


def language() -> str:
    return (translation.get_language() or "en")[:2]


class CodeLists(Endpoint):
    tag = "words"

    @operation(
        "codes.read",
        "List the code lists",
        answers={
            200: (
                "Their names.",
                component(
                    "CodeLists",
                    lambda: obj(
                        {
                            "items": listed(
                                obj(
                                    {
                                        "name": line("The list's name."),
                                        "title": line("In the caller's language."),
                                        "codes": {
                                            "type": "integer",
                                            "description": "How many codes it has.",
                                        },
                                    }
                                ),
                                "The code lists.",
                            )
                        },
                        description="The code lists.",
                    ),
                ),
            )
        },
    )
    def get(self, request: Request) -> Response:
        """The lists whose codes stand in records."""
        found = [codes.get(name) for name in codes.names()]
        items = [{"name": one.name, "title": str(one.title), "codes": len(one)} for one in found]
        return Response({"items": items})


class CodeList(Endpoint):
    tag = "words"
    places = (CODE_LIST,)

    @operation(
        "codes.read",
        "Search a code list",
        parameters=(
            text("q", 100, "Beginning of a code, or words of a label.", example="steel"),
            integer("limit", 1, 1000, 100, "How many at most."),
        ),
        answers={
            200: (
                "Codes with their labels.",
                component(
                    "Codes",
                    lambda: obj(
                        {
                            "items": listed(
                                obj(
                                    {
                                        "code": line("As it stands in records."),
                                        "label": line("In the caller's language."),
                                    }
                                ),
                                "The best first.",
                            )
                        },
                        description="Codes of one list.",
                    ),
                ),
            )
        },
    )
    def get(self, request: Request, name: str) -> Response:
        """Codes that begin with `q`, then those whose label holds all its words; without `q` from
        the beginning of the list."""
        if name not in codes.names():
            raise Http404
        found = codes.get(name).search(self.query["q"] or "", language(), self.query["limit"])
        return Response({"items": [{"code": one.code, "label": one.label} for one in found]})


class Kinds(Endpoint):
    tag = "words"

    @operation(
        "codes.read",
        "List the kinds of record",
        answers={
            200: (
                "The kinds.",
                component(
                    "Kinds",
                    lambda: obj(
                        {
                            "items": listed(
                                obj(
                                    {
                                        "code": line("As it stands in records."),
                                        "letters": line("As they stand in references."),
                                        "label": line("In the caller's language."),
                                        "description": line("What it is for."),
                                        "is_answer": {
                                            "type": "boolean",
                                            "description": "It answers another record.",
                                        },
                                        "answered_by": listed(
                                            line("A kind."), "The kinds that may answer it."
                                        ),
                                        "schema": line("Where its JSON Schema is."),
                                    }
                                ),
                                "The kinds.",
                            )
                        },
                        description="The kinds of record.",
                    ),
                ),
            )
        },
    )
    def get(self, request: Request) -> Response:
        """The kinds of record, and which of them answer others."""
        items = [
            {
                "code": kind.code,
                "letters": kind.letters,
                "label": str(kind.label),
                "description": str(kind.description),
                "is_answer": kind.is_answer,
                "answered_by": list(kind.answered_by),
                "schema": f"/api/v1/kinds/{kind.code}/schema",
            }
            for kind in kinds.all()
        ]
        return Response({"items": items})


class KindSchema(Endpoint):
    tag = "words"
    places = (KIND,)

    @operation(
        "codes.read",
        "The JSON Schema of a kind",
        answers={
            200: (
                "JSON Schema 2020-12 of a complete body.",
                {"type": "object", "description": "A JSON Schema."},
            )
        },
    )
    def get(self, request: Request, code: str) -> Response:
        """What a body of this kind must be to be released. A draft may lack fields."""
        for kind in kinds.all():
            if kind.code == code:
                return Response(contents.plain(kind.schema.json_schema(str(kind.label))))
        raise Http404
