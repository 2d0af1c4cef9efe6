"""Requests of other nodes go past what people's requests need.

No session, no cookie, no language, no page of an error, and above all no transaction around the
whole request: an envelope is applied in a transaction of its own, and the answer must say truly
whether it was committed, also where the database cannot be reached at all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from . import answers, apart, told

logger = logging.getLogger(__name__)
PREFIX = "/exchange/v1/"


def nodes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return get_response(request)
        if settings.EXCHANGE_APART and not request.META.get(apart.MARK):
            return response(answers.problem("malformed", "nodes have another entrance", status=404))
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return response(answers.problem("malformed", "no such address", status=404))
        request.resolver_match = match
        try:
            answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
            return answer
        except Exception as error:
            logger.error("exchange.failed: %s", told.whole(error))
            return response(answers.busy())

    return middleware


def response(answer: answers.Answer) -> HttpResponse:
    made = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
    length = str(len(answer.body))
    own = {"Cache-Control": "no-store", "Content-Length": length, **answer.headers}
    for name, value in own.items():
        made[name] = value
    return made
