"""OpenAPI 3.1 from the declarations of the operations: nothing is written twice.

Areas register their components (named JSON Schemas) with `component`; they are built when the
document is, in English.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import override
from drf_spectacular.openapi import AutoSchema

from .errors import MEDIA_TYPE, SORTS, TYPE

if TYPE_CHECKING:
    from .endpoint import Operation
    from .parameters import Parameter

_components: dict[str, Callable[[], dict[str, Any]]] = {}
GUIDE = Path(__file__).parent / "guide.md"
TAGS = {
    "records": "Read, draft, decide, answer.",
    "search": "Find records; searches that are kept.",
    "inbox": "What waits for your Party's decision, and what it decided.",
    "notifications": "What waits for the officer of the token.",
    "feed": "What reaches your Party, in order.",
    "words": "Kinds, code lists, Parties and their public keys.",
    "account": "Whose token this is.",
}
SECURITY: list[dict[str, list[str]]] = [{"token": []}]
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Makes a repetition harmless: the same key with the same request has its effect"
    " once and gets the same answer for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[\\x20-\\x7e]+$"},
    "example": "0f1c2c1e-alert-412",
}
LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "description": "Language of labels and problems: en, es or fr. Without it, the account's.",
    "schema": {"type": "string"},
    "example": "es",
}
ETAG = {
    "description": "The revision of the version in the body; send it back as If-Match.",
    "schema": {"type": "string"},
    "example": '"1.3"',
}
RETRY_AFTER = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}


def component(name: str, build: Callable[[], dict[str, Any]]) -> dict[str, str]:
    """Register a named schema and return the reference to it."""
    _components[name] = build
    return ref(name)


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def obj(properties: dict[str, Any], optional: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """A closed object all of whose properties are there but the optional ones."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
        **more,
    }


def text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


def whole(description: str) -> dict[str, Any]:
    return {"type": "integer", "description": description}


def listed(items: dict[str, Any], description: str, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, "description": description, **more}


class Described(AutoSchema):
    """An operation as its declaration says; nothing is guessed from code."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any
    ) -> dict[str, Any] | None:
        view: Any = self.view
        declared: Operation | None = view.operation_of(method)
        if declared is None or view.tag == "":
            return None
        found: dict[str, Any] = {
            "operationId": _name(path, method),
            "tags": [view.tag],
            "summary": declared.summary,
            "description": _description(declared),
            "parameters": [*_parameters(view, declared)],
            "responses": _responses(declared, bool(view.places)),
            "security": [] if declared.permission == "open" else SECURITY,
        }
        if declared.body:
            content = {kind: {"schema": shape} for kind, shape in declared.body.items()}
            for media in content.values():
                if declared.examples:
                    media["examples"] = declared.examples
            needed = any(shape.get("required", True) for shape in declared.body.values())
            found["requestBody"] = {"required": needed, "content": content}
        return found


def _name(path: str, method: str) -> str:
    words = re.sub(r"[{}]", "", path.removeprefix("/api/v1/")).replace("-", "_").split("/")
    return "_".join([method.lower(), *words])


def _description(declared: Operation) -> str:
    needed = f"Needs the permission `{declared.permission}` of the policy table."
    return f"{declared.description} {needed}".strip()


def _parameters(view: Any, declared: Operation) -> list[dict[str, Any]]:
    found = [_parameter(one, "path") for one in view.places]
    found += [_parameter(one, "query") for one in declared.parameters]
    found += [_parameter(one, "header") for one in declared.headers]
    if declared.if_match:
        found.append(
            {
                "name": "If-Match",
                "in": "header",
                "description": declared.if_match,
                "required": declared.if_match.startswith("The ETag"),
                "schema": {"type": "string"},
                "example": '"1.3"',
            }
        )
    if declared.keyed:
        found.append(KEY)
    return [*found, LANGUAGE]


def _parameter(one: Parameter, where: str) -> dict[str, Any]:
    shape = one.schema()
    found: dict[str, Any] = {
        "name": one.name,
        "in": where,
        "description": one.description,
        "schema": {"type": "array", "items": shape, "maxItems": one.most} if one.many else shape,
    }
    if one.required or where == "path":
        found["required"] = True
    if one.example is not None:
        found["example"] = one.example
    return found


def _responses(declared: Operation, placed: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status, (description, shape, *more) in (declared.answers or {}).items():
        content = {"schema": shape, **({"examples": more[0]} if more and more[0] else {})}
        media_type = more[1] if len(more) > 1 else "application/json"
        found[str(status)] = {"description": description, "content": {media_type: content}}
        if declared.etag:
            found[str(status)]["headers"] = {"ETag": ETAG}
    for status in sorted(_problem_statuses(declared, placed)):
        found[str(status)] = _problem(status)
    return found


def _problem_statuses(declared: Operation, placed: bool) -> set[int]:
    found = {400, 406, 429, 500, *declared.problems}
    if declared.permission != "open":
        found |= {401, 403}
    if placed:
        found.add(404)
    if declared.body:
        found |= {411, 413, 415, 422}
    if declared.if_match:
        found |= {412} | ({428} if declared.if_match.startswith("The ETag") else set())
    if declared.keyed:
        found.add(422)
    return found


def _problem(status: int) -> dict[str, Any]:
    sorts = [(sort, title) for sort, (of, title) in SORTS.items() if of == status]
    found: dict[str, Any] = {
        "description": " or ".join(str(title) for _sort, title in sorts) + ".",
        "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
    }
    if status == 429:
        found["headers"] = {"Retry-After": RETRY_AFTER}
    return found


PROBLEM = obj(
    {
        "type": text(
            "Which sort of problem: a URN that is the same in every language.",
            enum=[f"{TYPE}{sort}" for sort in SORTS],
        ),
        "title": text("The sort in the caller's language."),
        "status": {"type": "integer", "description": "The HTTP status again."},
        "detail": text("What happened here, for a person."),
        "instance": text("The address that was asked."),
        "problems": listed(
            obj(
                {
                    "path": text(
                        "The place: `goods.0.hs` in the body of a record, `handling.tlp` in its"
                        " handling; or a parameter."
                    ),
                    "code": text("The sort of fault, for programs."),
                    "message": text("The fault, for a person."),
                    "limit": whole("Of a quota: how many bytes there may be."),
                    "used": whole("Of a quota: how many there are."),
                    "wanted": whole("Of a quota: how many more were wanted."),
                },
                optional=("limit", "used", "wanted"),
            ),
            "What is wrong where.",
        ),
    },
    optional=("detail", "instance", "problems"),
    description="A problem as RFC 9457 has it.",
)
component("Problem", lambda: PROBLEM)


def complete(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """drf-spectacular's hook: add the components, how to sign in, and where."""
    parts = result.setdefault("components", {})
    with override("en"):
        parts["schemas"] = {name: build() for name, build in sorted(_components.items())}
    parts["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of an officer or of a system account, with scopes. What it may"
            " do is what both its scopes and the account's roles allow.",
        }
    }
    result["servers"] = [{"url": "/", "description": "This node."}]
    result["security"] = SECURITY
    result["info"]["description"] = GUIDE.read_text(encoding="utf-8")
    result["tags"] = [{"name": name, "description": about} for name, about in TAGS.items()]
    return result
