"""Requests that another node signs: for what waits, for a file's chunk."""

from __future__ import annotations

from typing import TypeVar

from django.conf import settings

from cordillera.crypto.errors import Hostile
from cordillera.parties import keysets, peers

from .formats.file import FileRequest
from .formats.pull import Pull

Request = TypeVar("Request", Pull, FileRequest)


def proven(text: str, form: type[Request]) -> Request:
    """The request, signed by a key in use of an enrolled peer, for a Party that is hosted here.
    Raises Hostile."""
    claimed = form.peek(text)
    if claimed.to not in settings.HOSTED_PARTIES:
        raise Hostile(f"{claimed.to} is not hosted here", "unknown-recipient")
    known = keysets.newest(claimed.by) if peers.is_remote(claimed.by) else None
    if known is None or not peers.enrolled().filter(party_id=claimed.by).exists():
        raise Hostile(f"{claimed.by} is not enrolled here", "unknown-sender")
    return form.read(text, known.signer)
