"""What a browser would show as an empty page gets words."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

from .views import errors


def wrong_method(get_response: Callable[[Any], HttpResponse]) -> Callable[[Any], HttpResponse]:
    """An address that only takes what a form sends, opened as a page: after a sign-in, a reload or
    a change of the language. The API and other nodes get their own answers."""

    def answer(request: Any) -> HttpResponse:
        response = get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        page = errors.wrong_method(request)
        page["Allow"] = response["Allow"]
        return page

    return answer
