"""The addresses that other nodes use: POST of envelopes, key sets and pull requests.

Nobody signs in here: who sent something is proven by what he signed. Nothing is read before its
size, its media type and its sender's address are acceptable.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from cordillera.access.decide import open_page
from cordillera.crypto import keyset as wire

from . import answers, apart, handing_out, introducing, receiving, refusals, serving
from .admission import admission
from .answers import JOSE, Answer
from .entrance import response
from .formats.envelope import LARGEST, MEDIA_TYPE
from .formats.file import FileRequest
from .formats.pull import Pull

logger = logging.getLogger(__name__)
#: Refusals by which nobody learns who asked.
UNPROVEN = {400, 403, 404, 413}
Take = Callable[[HttpRequest, bytes], Answer]


def taking(media_type: str, largest: int) -> Callable[[Take], Callable[..., HttpResponse]]:
    """A view that takes a POST of this media type and at most so many bytes."""

    def decorate(take: Take) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @open_page
        @wraps(take)
        def view(request: HttpRequest) -> HttpResponse:
            address = address_of(request)
            with admission.enter(address) as admitted:
                if not admitted:
                    return response(answers.busy(1))
                answer = _answer(request, take, media_type, largest)
            request.META[apart.BY] = answer.by
            if answer.status in UNPROVEN and b'"refusal"' not in answer.body:
                admission.spend(address)
            return response(answer)

        return view

    return decorate


def _answer(request: HttpRequest, take: Take, media_type: str, largest: int) -> Answer:
    if refused := _objection(request, media_type, largest):
        return refused
    length = int(request.META["CONTENT_LENGTH"])
    # A sender who is slow keeps this thread, but no more threads than are admitted; a proxy that
    # reads bodies whole before it passes them on keeps him away altogether.
    try:
        body = request.read(length)
    except (UnreadablePostError, OSError):
        body = b""
    if len(body) != length:
        return refusals.turn_away("malformed", "the body ended before its length")
    return take(request, body)


def _objection(request: HttpRequest, media_type: str, largest: int) -> Answer | None:
    """What is wrong with the request's head."""
    if request.method != "POST":
        made = refusals.turn_away("malformed", "POST is the one method here", 405)
        return Answer(made.status, made.body, made.content_type, {"Allow": "POST"})
    if request.META.get("CONTENT_TYPE", "") != media_type:
        return refusals.turn_away("malformed", f"{media_type} was wanted", 415)
    if "HTTP_CONTENT_ENCODING" in request.META:
        return refusals.turn_away("malformed", "no encoding is taken", 415)
    length = request.META.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit() and len(length) < 12):
        return refusals.turn_away("malformed", "the length of the body is needed", 411)
    if int(length) > largest:
        return refusals.turn_away("too-large", f"{length} bytes; at most {largest}")
    return None


def address_of(request: Any) -> str:
    """Where it comes from; behind proxies that are trusted, where they say."""
    try:
        return str(get_adapter().get_client_ip(request))
    except Exception:
        return str(request.META.get("REMOTE_ADDR", ""))


@taking(MEDIA_TYPE, LARGEST)
def envelopes(request: HttpRequest, body: bytes) -> Answer:
    """A batch: 200 and the receipt, or why not."""
    return receiving.receive(body)


@taking(JOSE, wire.LARGEST)
def keysets(request: HttpRequest, body: bytes) -> Answer:
    """A Party's new key set: 200 and the receipt that names its number."""
    return introducing.take(body, request.GET.get("to", ""))


@taking(JOSE, Pull.LARGEST)
def pull(request: HttpRequest, body: bytes) -> Answer:
    """A signed request for what waits: 200 and an envelope, or 204."""
    return serving.answer_pull(body.decode("ascii", "replace"))


@taking(JOSE, FileRequest.LARGEST)
def files(request: HttpRequest, body: bytes) -> Answer:
    """A signed request for one sealed chunk of a file: 200 and the chunk, or 404."""
    return handing_out.answer(body.decode("ascii", "replace"))
