"""Idempotency-Key: a request that is sent again has its effect once and gets the same answer.

The key's row is written first, in the request's own transaction. A second request with the key
waits at the unique index until the first has ended; then it finds the kept answer, or, where the
first one failed and so left nothing, does the work itself. Only answers of success are kept: what
failed changed nothing and may be tried again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.functions import Now
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from .errors import Fault
from .models import KeptAnswer

HEADER = "Idempotency-Key"
LONGEST = 200
KEPT_FOR = timedelta(hours=24)
KEPT_HEADERS = ("ETag", "Location")


def key_of(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        message = _("An Idempotency-Key has 1 to %(most)s printable ASCII characters.")
        raise Fault("malformed", message % {"most": LONGEST})
    return key


def once(request: Request, account: UUID, key: str, work: Callable[[], Response]) -> HttpResponse:
    """Do `work` unless it was done under this key. Must be inside a transaction."""
    digest = _digest(request)
    if not _claim(account, key, digest):
        return _kept(account, key, digest)
    response = work()
    body = JSONRenderer().render(response.data).decode()
    headers = {name: response[name] for name in KEPT_HEADERS if response.has_header(name)}
    if response.status_code < 400:
        KeptAnswer.objects.filter(account=account, key=key).update(
            status=response.status_code, headers=headers, body=body
        )
    return _answer(response.status_code, headers, body)


def _claim(account: UUID, key: str, digest: str) -> bool:
    old = KeptAnswer.objects.filter(account=account, at__lt=Now() - KEPT_FOR)
    old.delete()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {KeptAnswer._meta.db_table} (account, key, digest, status, headers, body)"  # noqa: S608
            " VALUES (%s, %s, %s, 0, '{}', '') ON CONFLICT (account, key) DO NOTHING",
            [account, key, digest],
        )
        return cursor.rowcount == 1


def _kept(account: UUID, key: str, digest: str) -> HttpResponse:
    kept = KeptAnswer.objects.get(account=account, key=key)
    if kept.digest != digest:
        raise Fault("key-reused", _("Use a new key for each new request."))
    response = _answer(kept.status, kept.headers, kept.body)
    response["Idempotency-Replayed"] = "true"
    return response


def _answer(status: int, headers: dict[str, str], body: str) -> HttpResponse:
    return HttpResponse(body, status=status, headers=headers, content_type="application/json")


def _digest(request: Request) -> str:
    django_request: Any = request._request
    parts = (
        django_request.method,
        django_request.get_full_path(),
        django_request.content_type or "",
        request.headers.get("If-Match", ""),
    )
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace"))
    digest.update(b"\0" + django_request.body)
    return digest.hexdigest()


def forget() -> int:
    """Remove every answer that was kept long enough. Run by the node."""
    count, _of = KeptAnswer.objects.filter(at__lt=Now() - KEPT_FOR).delete()
    return count


def forget_about(words: Collection[str]) -> dict[str, int]:
    """Empty the kept answers of the present Party's accounts that hold one of `words`; how many
    held each.

    The keys stay: the same request is still not done twice, only its answer says nothing any more.
    Run by the node.
    """
    if not words:
        return {}
    holding = KeptAnswer.objects.filter(body__regex="|".join(re.escape(word) for word in words))
    found = dict(holding.values_list("pk", "body"))
    KeptAnswer.objects.filter(pk__in=found).update(body="{}")
    return {word: sum(word in body for body in found.values()) for word in words}
