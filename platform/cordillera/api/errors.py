"""Every error of the API is a problem in the sense of RFC 9457, in the caller's language.

`fault_of` says which problem an exception is. Areas with exceptions of their own register them
there, so that a single request and a row of a bulk upload answer alike.
"""

from __future__ import annotations

import logging
from functools import singledispatch
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from cordillera.access import refusals
from cordillera.access.decide import Refused

logger = logging.getLogger("cordillera.api")
MEDIA_TYPE = "application/problem+json"
TYPE = "urn:cordillera:problem:"

#: Sort of problem -> (status, title). The sort is the end of the problem's `type`.
SORTS: dict[str, tuple[int, Any]] = {
    "malformed": (400, _("The request cannot be read")),
    "parameter": (400, _("A parameter is not acceptable")),
    "unauthenticated": (401, _("A valid token is needed")),
    "refused": (403, _("Not permitted")),
    "not-found": (404, _("Not found")),
    "method": (405, _("This address does not take that method")),
    "not-acceptable": (406, _("No such representation")),
    "not-now": (409, _("The state of the record does not allow this")),
    "length-needed": (411, _("The length of the body is needed")),
    "stale": (412, _("Somebody saved in between")),
    "too-large": (413, _("The request is too large")),
    "media-type": (415, _("This media type is not accepted")),
    "range": (416, _("The file has no such range")),
    "invalid": (422, _("The content is not acceptable")),
    "key-reused": (422, _("The Idempotency-Key was used for another request")),
    "condition-needed": (428, _("If-Match is needed")),
    "too-many": (429, _("Too many requests")),
    "failed": (500, _("Something went wrong here")),
}


class Fault(Exception):
    """One problem. `problems` say what is wrong where: each a path, a code and a message."""

    def __init__(
        self,
        sort: str,
        detail: str | Promise = "",
        *,
        problems: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(sort)
        self.sort, self.detail = sort, detail
        self.status, self.title = SORTS[sort]
        self.problems = problems or []
        self.headers = headers or {}

    def as_dict(self, instance: str = "") -> dict[str, Any]:
        found: dict[str, Any] = {
            "type": f"{TYPE}{self.sort}",
            "title": str(self.title),
            "status": self.status,
        }
        if self.detail:
            found["detail"] = str(self.detail)
        if instance:
            found["instance"] = instance
        if self.problems:
            found["problems"] = self.problems
        return found


def problem(exception: Exception, context: dict[str, Any]) -> Response:
    """REST framework's exception handler: any exception becomes a problem, refusals are logged."""
    request = context["request"]._request
    if isinstance(exception, PermissionDenied):
        refusals.write_down(request, exception)
    fault = fault_of(exception)
    if fault.status >= 500:
        # As Django does for a page: error reporting hears of it, the transaction is rolled back.
        got_request_exception.send(sender=None, request=request)
        logger.error("api.failed", exc_info=exception, extra={"path": request.path})
    return Response(
        fault.as_dict(request.path),
        status=fault.status,
        headers=fault.headers,
        content_type=MEDIA_TYPE,
    )


@singledispatch
def fault_of(exception: Exception) -> Fault:
    """The problem that `exception` is; an unknown one is our own fault, and nothing is told."""
    return Fault("failed", _("It was written down. Nothing was changed."))


@fault_of.register
def _fault(exception: Fault) -> Fault:
    return exception


@fault_of.register
def _refused(exception: Refused) -> Fault:
    if exception.hidden:
        return not_found()
    return Fault("refused", str(exception))


@fault_of.register
def _denied(exception: PermissionDenied) -> Fault:
    return Fault("refused", str(exception))


@fault_of.register
def _missing(exception: Http404) -> Fault:
    return not_found()


def not_found() -> Fault:
    """One text for what is not there and for what the caller must not know of."""
    return Fault("not-found", _("There is nothing here that you may see."))


@fault_of.register
def _unauthenticated(exception: exceptions.NotAuthenticated) -> Fault:
    detail = _("Send a token as “Authorization: Bearer …”.")
    return Fault("unauthenticated", detail, headers={"WWW-Authenticate": CHALLENGE})


@fault_of.register
def _bad_token(exception: exceptions.AuthenticationFailed) -> Fault:
    detail = _("This token is unknown, expired or revoked.")
    challenge = f'{CHALLENGE}, error="invalid_token"'
    return Fault("unauthenticated", detail, headers={"WWW-Authenticate": challenge})


CHALLENGE = 'Bearer realm="Cordillera"'


@fault_of.register
def _parse(exception: exceptions.ParseError) -> Fault:
    return Fault("malformed", str(exception.detail))


@fault_of.register
def _suspicious(exception: SuspiciousOperation) -> Fault:
    return Fault("malformed")


@fault_of.register
def _too_big(exception: RequestDataTooBig) -> Fault:
    return Fault("too-large", _("Send less at once."))


@fault_of.register
def _method(exception: exceptions.MethodNotAllowed) -> Fault:
    return Fault("method")


@fault_of.register
def _representation(exception: exceptions.NotAcceptable) -> Fault:
    return Fault("not-acceptable", _("Answers are application/json."))


@fault_of.register
def _media_type(exception: exceptions.UnsupportedMediaType) -> Fault:
    return Fault("media-type")


@fault_of.register
def _throttled(exception: exceptions.Throttled) -> Fault:
    seconds = max(1, int(getattr(exception, "wait", None) or 1))
    detail = _("Try again in %(seconds)s seconds.") % {"seconds": seconds}
    return Fault("too-many", detail, headers={"Retry-After": str(seconds)})
