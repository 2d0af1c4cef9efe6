"""If-Match (RFC 9110, 13.1.1): write only what the caller has read."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from .errors import Fault

_TAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)')
ANY = "*"


def wanted(header: str | None, *, needed: bool = True) -> str | list[str] | None:
    """The tags that If-Match names, or ANY; None where it is neither there nor needed."""
    if header is None:
        if needed:
            raise Fault("condition-needed", _("Send If-Match with the ETag of what you read."))
        return None
    if header.strip() == ANY:
        return ANY
    # A weak tag never matches; a text that is no list of tags names none.
    return [f'"{tag}"' for weak, tag in _TAG.findall(header) if not weak]


def revision(header: str | None, present: str, *, needed: bool = True) -> str | None:
    """What an action takes as `if_revision`: the caller's tag, or None for no check."""
    tags = wanted(header, needed=needed)
    if tags is None or tags == ANY:
        return None
    return present if present in tags else next(iter(tags), '""')
