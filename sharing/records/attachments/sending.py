"""A file as the answer to a request: deciphered chunk by chunk while it is sent, or a part of it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpResponse, StreamingHttpResponse

from . import content
from .content import Content
from .models import Attachment

_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")


def sent(file: Attachment, wanted: str = "") -> Any:
    """The answer that carries `file`, or the range of it that is `wanted`. Http404 where it may not
    be had (yet)."""
    if file.state != Attachment.READY:
        raise Http404
    try:
        whole = Content.of(file)
    except content.Missing as error:
        raise Http404 from error
    start, end = _span(wanted, file.size)
    answer: Any
    if start >= file.size:
        answer = HttpResponse(status=416)
        answer["Content-Range"] = f"bytes */{file.size}"
        return answer
    answer = StreamingHttpResponse(whole.read(start, end), content_type=file.media_type)
    if (start, end) != (0, file.size):
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    answer["Content-Length"] = str(end - start)
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


def _span(wanted: str, size: int) -> tuple[int, int]:
    """From where and up to before where; one simple range, all else means everything."""
    match = _RANGE.fullmatch(wanted.strip())
    if match is None:
        return 0, size
    start = int(match[1])
    end = min(int(match[2]) + 1, size) if match[2] else size
    return (start, end) if start < end or start >= size else (0, size)
