"""The frame of every endpoint: an address whose methods are operations, each declared in full.

An operation's declaration names its permission in the policy table, its parameters, body, answers
and problems. The same declaration is enforced here and documented by `schema`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cordillera.access.identity import Identity
from cordillera.access.policy import TABLE

from . import conformance, idempotency, language, parameters, parsers
from .authentication import HasIdentity, TokenAuthentication
from .errors import Fault
from .parameters import Parameter
from .schema import Described
from .throttling import PerToken

#: An operation that takes no body takes an empty object, which says as much.
NOTHING = {"type": "object", "properties": {}, "additionalProperties": False}
METHODS = ("get", "post", "put", "patch")
OPEN = "open"


@dataclass(frozen=True)
class Operation:
    """What one method of one address does, for whom, and how it answers.

    `answers` are status -> (description, JSON Schema[, examples[, media type]]); `body` is media type
    -> JSON Schema; `headers` are those that the method itself reads.
    `problems` are the statuses besides those that follow from the rest of the declaration.
    """

    permission: str
    summary: str
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: dict[str, Any] | None = None
    answers: dict[int, tuple[Any, ...]] | None = None
    headers: tuple[Parameter, ...] = ()
    problems: tuple[int, ...] = ()
    if_match: str = ""
    etag: bool = False
    keyed: bool = False
    examples: dict[str, Any] | None = None


def operation(permission: str, summary: str, **more: Any) -> Callable[..., Any]:
    """Declare a method of an Endpoint. What changes something runs in a savepoint: when it raises,
    the problem and the audit entry of a refusal are all that remains."""
    if permission != OPEN and permission not in TABLE:
        raise LookupError(f"{permission!r} is not in the policy table.")

    def decorate(method: Callable[..., Response]) -> Callable[..., Any]:
        described = " ".join((method.__doc__ or "").split())
        declared = Operation(permission, summary, **{"description": described, **more})

        @wraps(method)
        def handler(self: Endpoint, request: Request, **kwargs: Any) -> HttpResponse:
            if method.__name__ == "get":
                return method(self, request, **kwargs)
            with transaction.atomic():
                self.take(request, declared)
                return self.once(request, declared, lambda: method(self, request, **kwargs))

        handler.operation = declared  # type: ignore[attr-defined]
        return handler

    return decorate


class Endpoint(APIView):
    """One address. `places` describe the parts of the address that vary."""

    authentication_classes: list[Any] = [TokenAuthentication]
    permission_classes: list[Any] = [HasIdentity]
    throttle_classes: list[Any] = [PerToken]
    parser_classes: list[Any] = [parsers.JSON]
    http_method_names: list[str] = [*METHODS, "head"]
    metadata_class = None
    schema = Described()
    tag: ClassVar[str] = "records"
    places: ClassVar[tuple[Parameter, ...]] = ()
    query: dict[str, Any]
    content: Any

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in METHODS:
            if hasattr(cls, name) and not hasattr(getattr(cls, name), "operation"):
                raise TypeError(f"{cls.__name__}.{name} declares no operation")

    @classmethod
    def operation_of(cls, method: str | None) -> Operation | None:
        name = (method or "").lower().replace("head", "get")
        handler = getattr(cls, name, None) if name in METHODS else None
        found: Operation | None = getattr(handler, "operation", None)
        return found

    @classmethod
    def permission_for(cls, method: str | None) -> str | None:
        found = cls.operation_of(method)
        return found.permission if found else None

    @property
    def identity(self) -> Identity:
        """Who calls; the permission check let nobody through without."""
        found: Identity = self.request._request.identity  # type: ignore[attr-defined]
        return found

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        wanted = self.speak(request)
        self.negotiate(request)
        try:
            self.perform_authentication(request)
        except AuthenticationFailed:
            self.check_throttles(request)
            raise
        identity = request._request.identity  # type: ignore[attr-defined]
        if identity and not wanted:
            translation.activate(language.of_account(identity.account))
        self.check_throttles(request)
        self.check_permissions(request)
        if found := self.operation_of(request.method):
            self.query = parameters.read(found.parameters, request.query_params)

    def speak(self, request: Request) -> str | None:
        """Answer in the language that the caller asks for, if he does."""
        wanted = language.asked_for(request.headers.get("Accept-Language", ""))
        translation.activate(wanted or settings.LANGUAGE_CODE)
        return wanted

    def negotiate(self, request: Request) -> None:
        self.format_kwarg = None
        chosen = self.perform_content_negotiation(request)
        request.accepted_renderer, request.accepted_media_type = chosen

    def take(self, request: Request, declared: Operation) -> None:
        """Read the body into `content`; it has the declared shape or the request ends here."""
        if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
            # A body of unknown length would be taken for none.
            raise Fault("length-needed", _("Send Content-Length instead of chunks."))
        self.content = request.data
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        shapes = declared.body or {"application/json": NOTHING}
        shape = shapes.get(media_type) or next(iter(shapes.values()))
        if isinstance(self.content, QueryDict):  # no body at all, of whatever media type
            self.content = {}
        if "contentMediaType" not in shape:  # lines are looked at one by one
            conformance.require(shape, self.content)

    def once(
        self, request: Request, declared: Operation, work: Callable[[], Response]
    ) -> HttpResponse:
        key = idempotency.key_of(request) if declared.keyed else None
        account = self.identity.account if key and self.keeps_answers() else None
        return idempotency.once(request, account, key, work) if key and account else work()

    def keeps_answers(self) -> bool:
        """Whether this request has an effect that must not happen twice."""
        return True

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        found = super().finalize_response(request, response, *args, **kwargs)
        found["Cache-Control"] = "no-store"
        found["Content-Language"] = translation.get_language() or "en"
        patch_vary_headers(found, ["Authorization", "Accept-Language"])
        return found
