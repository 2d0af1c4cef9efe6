"""The addresses of the audit log: this node as a witness of the others' logs, and its own for reading.

What C2SP's specifications say, with their statuses, in plain text. Nobody signs in: a checkpoint is
signed by its log, and what can be read are hashes of salted texts. Nothing is written into the log
here, or the logs of two nodes would never come to rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from audit import proving, questions, serving, witness
from audit.errors import LogError
from audit.note import MOST_BYTES, encode
from cordillera.access.decide import open_page

from . import answers, witnessing
from .admission import admission
from .answers import Answer
from .entrance import response
from .views import UNPROVEN, address_of

TEXT = "text/plain; charset=utf-8"
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
View = Callable[..., Answer]


def plain(method: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """A view for other nodes, admitted as their envelopes are, that answers in plain text."""

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @open_page
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            address = address_of(request)
            with admission.enter(address) as admitted:
                if not admitted:
                    return response(answers.busy(1))
                if request.method != method:
                    return response(_said(405, f"{method} is wanted.", {"Allow": method}))
                answer = view(request, *args, **kwargs)
            if answer.status in UNPROVEN and method == "POST":
                admission.spend(address)
            return response(answer)

        return wrapped

    return decorate


def _said(status: int, text: str, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, f"{text}\n".encode(), TEXT, headers or {})


@plain("POST")
def add_checkpoint(request: HttpRequest) -> Answer:
    """c2sp.org/tlog-witness; `witness.add_checkpoint` has committed when it returns."""
    body = _body(request)
    if isinstance(body, Answer):
        return body
    status, content_type, found = witness.add_checkpoint(body)
    if status == 200:
        witnessing.heard_of_log(body)
    elif status in (409, 422):
        # An honest log was late, forgets what we co-signed, or somebody else sent its checkpoint. One
        # that was cut off or rewritten cannot prove it.
        witnessing.notice([body.partition(b"\n\n")[2].decode()])
    return Answer(status, found, content_type)


def _body(request: HttpRequest) -> bytes | Answer:
    length = request.META.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit() and len(length) < 12):
        return _said(411, "The length of the body is needed.")
    if int(length) > MOST_BYTES or "HTTP_CONTENT_ENCODING" in request.META:
        return _said(400, f"At most {MOST_BYTES} bytes are read, and no encoding.")
    try:
        return request.read(int(length))
    except (UnreadablePostError, OSError):
        return _said(400, "The body ended before its length.")


@plain("GET")
def cosigned(request: HttpRequest, digest: str) -> Answer:
    """The newest checkpoint that this node co-signed of the log with this name's SHA-256."""
    found = witness.latest(digest)
    return Answer(200, found, TEXT) if found else _said(404, "No such log was co-signed here.")


@plain("GET")
def wanted(request: HttpRequest, digest: str) -> Answer:
    """What this node wants proved of that log, for a node that accepts no connection."""
    found = questions.of(digest)
    return _said(404, "No such log is known here.") if found is None else _text(found)


@plain("POST")
def proofs(request: HttpRequest, digest: str) -> Answer:
    """The answers, whoever brings them; how many checkpoints they settle."""
    body = _body(request)
    if isinstance(body, Answer):
        return body
    try:
        settled = questions.answered(digest, questions.read(body.decode("ascii")))
    except (LogError, UnicodeDecodeError) as error:
        return _said(400, f"No proofs can be read: {error}")
    return _said(404, "No such log is known here.") if settled is None else _text(f"{settled}\n")


def _text(text: str) -> Answer:
    return Answer(200, text.encode(), TEXT)


@plain("GET")
def log(request: HttpRequest, path: str) -> Answer:
    """c2sp.org/tlog-tiles: the checkpoint and the tiles of this node's own log."""
    found = serving.serve(path)
    if found is None:
        return _said(404, "There is nothing here.")
    return Answer(200, found.body, found.content_type, FOR_EVER if found.lasting else {})


@plain("GET")
def consistency(request: HttpRequest, old: str, new: str) -> Answer:
    """The proof that the tree of `new` entries begins with the one of `old`."""
    if not (_NUMBER.fullmatch(old) and _NUMBER.fullmatch(new)):
        return _said(404, "Sizes are whole numbers.")
    try:
        path = proving.consistency(int(old), int(new))
    except LogError as error:
        return _said(404, str(error))
    lines = "".join(f"{encode(step)}\n" for step in path)
    return Answer(200, lines.encode(), TEXT, FOR_EVER)
